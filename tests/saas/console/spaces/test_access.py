"""Operators read nothing of a space but a reported item, for hours, with a reason, in its log."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import schema
from tenants.community.members.models import Role
from tenants.community.moderation.models import Case
from tenants.community.personal_data import queries as personal_data
from tenants.community.personal_data.models import LogEntry
from tenants.spaces import notifications
from tenants.spaces.models import SpaceOperation
from tests.fixtures.people import AT, Browse, SpaceClient, make_user
from tests.tenants.community.classifieds.making import make_classified
from tests.tenants.community.council.reading import text_in
from tests.tenants.community.moderation.making import REMOVE, decide, make_moderator, report

PAGE = "/spaces/north/access/"
REASON = "La modération demande conseil"


@pytest.fixture
def case(in_north: None, owner: User, teammate: User) -> Case:
    """A decided case about a classified of the owner."""
    classified = make_classified(owner, title="Perceuse volée")
    made = report("classified", classified.reference, by=teammate, at=AT, words="Elle est à moi")
    decide(made, REMOVE, by=make_moderator("Mehdi"), at=AT)
    return made


@pytest.fixture
def administrator(in_north: None) -> User:
    """The administrator of the north."""
    person = make_user("Nadia", last_name="Petit")
    Role.objects.create(user=person, role="administrator", given_at=AT, mailed_at=AT)
    return person


def ask(console: SpaceClient, case: Case, **typed: Any) -> SpaceOperation:
    sent = {"case": case.reference.lower(), "hours": "4", "reason": REASON, **typed}
    answer = console.post(PAGE, sent)
    assert answer.status_code == 303, text_in(answer.content)
    with schema.in_public():
        return SpaceOperation.objects.get(kind="grant")


def open_it(console: SpaceClient, case: Case) -> str:
    """Ask for access, and let the founder have told the administrators; return its page."""
    grant = ask(console, case)
    grant.state, grant.done_at = SpaceOperation.State.DONE, timezone.now()
    with schema.in_public():
        grant.save()
    return f"/access/{grant.reference}/"


def looks() -> list[str]:
    with schema.inside("north"):
        return list(LogEntry.objects.filter(role="operator").values_list("what", flat=True))


def test_nothing_is_read_before_administrators_are_mailed(
    console: SpaceClient, agathe: int, case: Case
) -> None:
    grant = ask(console, case)
    assert console.get(f"/access/{grant.reference}/").status_code == 404
    assert looks() == ["Accès demandé à un dossier de modération"]


def test_operator_reads_the_item_and_its_case_without_names(
    console: SpaceClient, agathe: int, case: Case, owner: User, teammate: User
) -> None:
    answer = console.get(open_it(console, case))
    page = text_in(answer.content)
    for words in ("Perceuse volée", "Elle est à moi", "Le même texte se trouve", "Étapes"):
        assert words in page, words
    for person in (owner, teammate):
        assert person.last_name not in page
        assert person.email not in page
    assert "Mehdi" not in page
    assert answer["Cache-Control"] == "private, no-store"
    assert "<form" not in answer.content.decode().partition("<main")[2].partition("</main")[0]


def test_each_look_is_in_the_log_of_every_member(
    console: SpaceClient, agathe: int, case: Case, browse: Browse, teammate: User
) -> None:
    url = open_it(console, case)
    console.get(url)
    console.get(url)
    assert looks() == [
        "Accès demandé à un dossier de modération",
        *["Dossier de modération lu"] * 2,
    ]
    with schema.inside("north"):
        assert personal_data.data_accesses_of(make_user("Lou")).count() == 3
        page = text_in(browse(teammate).get("/me/data/").content)
    assert "Agathe Troovon, Troovon · Dossier de modération lu" in page
    assert REASON in page


def test_access_ends_by_itself_and_opens_for_nobody_else(
    console: SpaceClient, agathe: int, case: Case
) -> None:
    url = open_it(console, case)
    with schema.in_public():
        grant = SpaceOperation.objects.get(kind="grant")
        own = grant.options
        SpaceOperation.objects.update(options={**own, "operator": agathe + 1})
        assert console.get(url).status_code == 404
        late = timezone.now() - dt.timedelta(hours=4, seconds=1)
        SpaceOperation.objects.update(options=own, done_at=late)
    assert console.get(url).status_code == 404
    assert console.get(f"{url}abc.webp").status_code == 404
    assert len(looks()) == 1


def test_administrator_sees_the_access_and_ends_it(
    console: SpaceClient, agathe: int, case: Case, browse: Browse, administrator: User
) -> None:
    url = open_it(console, case)
    with schema.inside("north"):
        nadia = browse(administrator)
        page = text_in(nadia.get("/admin/space/access/").content)
        assert f"Agathe Troovon · {case.reference}" in page
        assert REASON in page
        assert console.get(url).status_code == 200
        end = f"/admin/space/access/{url.split('/')[2]}/end/"
        assert nadia.post(end).status_code == 303
        assert console.get(url).status_code == 404
        page = text_in(nadia.get("/admin/space/access/").content)
        assert f"Terminé par {administrator.display_name}" in page
        assert "1 lecture." in page
        assert "déjà terminé" in text_in(nadia.post(end, follow=True).content)


def test_access_ended_while_administrators_are_mailed_never_opens(
    console: SpaceClient, agathe: int, case: Case, browse: Browse, administrator: User
) -> None:
    grant = ask(console, case)
    with schema.inside("north"):
        browse(administrator).post(f"/admin/space/access/{grant.reference}/end/")
    with schema.in_public():
        # The job saves its state over the row that it read before.
        grant.state, grant.done_at, grant.result = "done", timezone.now(), {"told": True}
        grant.save(update_fields=["state", "done_at", "result"])
    assert console.get(f"/access/{grant.reference}/").status_code == 404


def test_members_neither_list_nor_end_accesses(
    console: SpaceClient, agathe: int, case: Case, browse: Browse, teammate: User
) -> None:
    url = open_it(console, case)
    with schema.inside("north"):
        member = browse(teammate)
        assert member.get("/admin/space/access/").status_code == 403
        assert member.post(f"/admin/space/access/{url.split('/')[2]}/end/").status_code == 403
    assert console.get(url).status_code == 200


def test_access_of_another_space_is_not_ended_from_here(
    console: SpaceClient, agathe: int, case: Case
) -> None:
    url = open_it(console, case)
    console.post(f"/spaces/south/access/{url.split('/')[2]}/end/")
    assert console.get(url).status_code == 200
    console.post(f"/spaces/north/access/{url.split('/')[2]}/end/")
    assert console.get(url).status_code == 404


def test_access_has_a_case_a_reason_and_a_length(
    console: SpaceClient, agathe: int, case: Case
) -> None:
    right = {"case": case.reference, "hours": "4", "reason": REASON}
    for wrong, words in (
        ({"case": "MO-AAAAAAAA"}, "pas de dossier à cette référence"),
        ({"hours": "24"}, "24"),
        ({"reason": " "}, "Dites pourquoi"),
    ):
        assert words in text_in(console.refused(PAGE, right | wrong).encode()), wrong
    assert looks() == []
    with schema.in_public():
        assert not SpaceOperation.objects.exists()


def test_mail_names_operator_reason_hours_and_leads_to_the_list(
    console: SpaceClient, agathe: int, case: Case, administrator: User
) -> None:
    grant = ask(console, case, hours="1")
    with schema.in_public():
        grant = SpaceOperation.objects.select_related("tenant").get(pk=grant.pk)
        for language, words in (("fr", "pendant 1 heure"), ("en", "for 1 hour")):
            administrator.language = language
            notifications.mail_operation(grant, administrator)
            letter = str(mail.outbox[-1].body)
            assert words in " ".join(letter.replace("\u00a0", " ").split())
            assert REASON in letter
            assert "Agathe Troovon" in letter
            assert "/admin/space/access/" in letter
