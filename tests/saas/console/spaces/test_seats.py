"""An operator records a council's paper; the space sees the operator and the paper."""

from typing import Any

import pytest

from saas.kernel import schema
from tenants.community.members.actions import council
from tenants.community.members.models import CouncilChange, Role
from tests.fixtures.people import AT, SpaceClient, make_user

URL = "/spaces/north/councils/people/"
PAPER = {"company_id": "", "paper": "Délibération du 12/11", "reason": "Élections"}


@pytest.fixture
def karim(in_north: None) -> Any:
    """A member of the north."""
    return make_user("Karim", last_name="Lefort")


def test_paper_gives_and_ends_a_seat(console: SpaceClient, agathe: int, karim: Any) -> None:
    typed = {**PAPER, "act": "give treasurer", "email": karim.email}
    assert console.post(URL, typed).status_code == 303
    with schema.inside("north"):
        assert Role.objects.get(user=karim).role == "treasurer"
        change = CouncilChange.objects.get()
        assert (change.right, change.paper) == ("operator", PAPER["paper"])
        assert change.by_name.startswith("Agathe")
    page = console.get(URL).content.decode()
    assert karim.email not in page
    assert "1 rôle" in page
    assert console.post(URL, typed | {"act": "end treasurer"}).status_code == 303
    with schema.inside("north"):
        assert not Role.objects.filter(user=karim).exists()


def test_change_needs_a_paper_a_reason_and_a_person(console: SpaceClient, karim: Any) -> None:
    typed = {**PAPER, "act": "give treasurer", "email": karim.email}
    for lacking in ("paper", "reason", "email"):
        assert console.post(URL, typed | {lacking: ""}).status_code == 422, lacking
    with schema.inside("north"):
        assert not CouncilChange.objects.exists()


def test_paper_confirms_a_closing_asked_for(console: SpaceClient, agathe: int, karim: Any) -> None:
    typed = {**PAPER, "act": "close", "email": karim.email}
    with schema.inside("north"):
        boss = make_user("Nadia")
        Role.objects.create(user=boss, role="administrator", given_at=AT)
        Role.objects.create(user=karim, role="treasurer", given_at=AT)
    refused = console.post(URL, typed)
    assert refused.status_code == 422
    assert "n’a pas demandé" in refused.content.decode()
    with schema.inside("north"):
        council.ask_to_close(of=karim, by=boss, at=AT)
    assert console.post(URL, typed).status_code == 303
    with schema.inside("north"):
        karim.refresh_from_db()
        assert not karim.is_active
