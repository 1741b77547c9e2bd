"""Limits of invitations: in a new space, outside its mail domains, and after an opt-out."""

import datetime as dt
import re

import pytest
from django.conf import settings
from django.core import mail

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.errors import Refused
from tenants.community.members import tasks
from tenants.community.members.actions import roster
from tenants.community.members.models import Invitation, JoinRequest
from tenants.spaces.models import InvitationStop, SpaceStanding
from tenants.spaces.queries import standing as standings
from tests.fixtures.people import AT, DAY, Browse, SpaceClient
from tests.saas.accounts.jobs import run_in
from tests.tenants.community.members.roster.rosters import HUGO, PREVIEW, confirm, plan_of, send
from tests.tenants.community.members.test_actions import ask
from tests.tenants.community.members.test_pages import text_of

pytestmark = pytest.mark.usefixtures("going_on_from_at")


def _standing(**columns: object) -> None:
    with schema.in_public():
        SpaceStanding.objects.filter(tenant__slug="north").update(**columns)


@pytest.fixture
def new_space(administrator: User) -> User:
    """Return the administrator of an unproven space."""
    _standing(state="new", way="", decided_at=None)
    return administrator


def _lines(many: int, domain: str = "north.example") -> list[str]:
    letters = "abcdefghij"
    return [
        f"p{number}@{domain};Léa{letters[number % 10]};Morel;North Un" for number in range(many)
    ]


def test_new_space_mails_fifty_a_day_and_the_rest_in_the_morning(
    browse: Browse, new_space: User
) -> None:
    send(browse(new_space), *_lines(60))
    assert "encore partir aujourd’hui\u00a0: 50" in text_of(browse(new_space), PREVIEW)
    assert confirm(new_space, *_lines(60)).invited == 60
    run_in("north", tasks.mail_roster)
    run_in("north", tasks.mail_roster)
    assert len(mail.outbox) == 50
    waiting = JoinRequest.objects.filter(mailed_at=None)
    assert {request.asked_at for request in waiting} == {
        dt.datetime(2026, 11, 26, 7, tzinfo=dt.UTC)
    }
    assert waiting.count() == 10


def test_reminders_count_with_the_invitations(new_space: User) -> None:
    confirm(new_space, *_lines(60))
    JoinRequest.objects.update(mailed_at=AT - 4 * DAY)
    assert roster.remind(by=new_space, at=AT) == 60
    run_in("north", tasks.mail_roster)
    assert len(mail.outbox) == 50


def test_new_space_lists_nobody_outside_its_domains(new_space: User) -> None:
    plan = plan_of(new_space, *_lines(2), HUGO)
    assert len(plan.new) == 2
    (problem,) = plan.problems
    assert "ses propres domaines e-mail" in problem.sentence
    with pytest.raises(Refused, match="rien à faire"):
        confirm(new_space, HUGO)


def test_link_of_a_new_space_opens_to_its_domains_only(
    new_space: User, invitation: Invitation
) -> None:
    with pytest.raises(Refused, match="seules les adresses") as refusal:
        ask(AT, "x@else.example", code=invitation.code)
    assert refusal.value.field == "email"
    assert ask(AT, "x@north.example", code=invitation.code).pk


def test_young_proof_lists_five_outside_and_a_week_later_more(administrator: User) -> None:
    _standing(decided_at=AT - DAY)
    assert len(plan_of(administrator, *_lines(5, "else.example")).new) == 5
    plan = plan_of(administrator, *_lines(6, "else.example"), *_lines(1))
    assert (len(plan.new), len(plan.problems)) == (1, 6)
    assert "sept jours" in plan.problems[0].sentence
    _standing(decided_at=AT - 7 * DAY)
    assert len(plan_of(administrator, *_lines(6, "else.example")).new) == 6


def test_outside_addresses_have_a_number_of_their_own(administrator: User) -> None:
    _standing(decided_at=AT - 7 * DAY)
    confirm(administrator, *_lines(130, "else.example"), *_lines(10))
    run_in("north", tasks.mail_roster)
    domains = [message.to[0].rpartition("@")[2] for message in mail.outbox]
    assert (domains.count("else.example"), domains.count("north.example")) == (120, 10)


@pytest.mark.parametrize("columns", [{"state": "refused", "note": "x"}, {"flagged": "banque"}])
def test_refused_or_flagged_space_mails_nobody(
    administrator: User, columns: dict[str, str]
) -> None:
    confirm(administrator, *_lines(3))
    _standing(**columns)
    run_in("north", tasks.mail_roster)
    assert mail.outbox == []
    assert JoinRequest.objects.filter(mailed_at=None).count() == 3


@pytest.mark.parametrize("name", ["Cher client", "www.promo.xyz", "Banque", "06 12 34 56 78"])
def test_list_with_a_name_that_is_none_invites_nobody(administrator: User, name: str) -> None:
    plan = plan_of(administrator, f"x@north.example;{name};Morel;North Un")
    assert (plan.new, len(plan.problems)) == ([], 1)


def test_name_of_who_asks_by_a_link_is_checked(administrator: User, invitation: Invitation) -> None:
    with pytest.raises(Refused) as refusal:
        ask(AT, "x@north.example", code=invitation.code, first_name="www.promo.xyz")
    assert refusal.value.field == "first_name"


def test_reader_stops_invitations_of_all_spaces_for_ever(administrator: User) -> None:
    confirm(administrator, *_lines(2))
    run_in("north", tasks.mail_roster)
    first = next(message for message in mail.outbox if message.to == ["p0@north.example"])
    header = str(first.extra_headers["List-Unsubscribe"]).strip("<>")
    assert first.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert header in str(first.body)
    assert not re.search(r"@|%40", header)
    assert f"//{settings.BASE_HOST}" in header
    stranger = SpaceClient(settings.BASE_HOST, enforce_csrf_checks=True)
    with schema.in_public():
        shown = stranger.get(stranger.on(header))
        assert "pour toujours" in re.sub(r"\s+", " ", shown.text)
        assert not InvitationStop.objects.exists()
        for _twice in range(2):
            done = stranger.post(stranger.on(header), {"List-Unsubscribe": "One-Click"})
            assert "ni espace ni boutique" in done.text
        stop = InvitationStop.objects.get()
        assert "north" not in stop.address_hash
        assert standings.stopped(["P0@north.example", "p1@north.example"]) == {"P0@north.example"}
    mail.outbox.clear()
    JoinRequest.objects.update(mailed_at=AT - 4 * DAY)
    roster.remind(by=administrator, at=AT)
    run_in("north", tasks.mail_roster)
    assert [message.to for message in mail.outbox] == [["p1@north.example"]]
    assert not JoinRequest.objects.filter(email="p0@north.example").exists()


def test_link_of_a_stop_that_was_not_made_here_is_none(db: None) -> None:
    client = SpaceClient(settings.BASE_HOST)
    assert client.get("/invitations/stop/made-up/").status_code == 404
    assert client.post("/invitations/stop/made-up/").status_code == 404
