"""Last days by contract: from a list or a page, obeyed at night, undone with the list."""

import datetime as dt

import pytest
from django.core import mail

from saas.accounts.models import User
from saas.kernel.errors import Refused
from tenants.community.members import tasks
from tenants.community.members.actions import leaving, roster, undoing
from tenants.community.members.models import Departure, JoinRequest, Profile, Role
from tests.fixtures.people import AT, Browse, make_user
from tests.tenants.community.classifieds.making import run
from tests.tenants.community.members.roster.rosters import company
from tests.tenants.community.members.roster.test_roster_contracts import line, plan_of

DAY = dt.timedelta(days=1)
LAST = dt.date(2026, 12, 31)


def applied(by: User, *lines: str) -> None:
    plan_of(by, *lines)
    roster.confirm(by=by, day=None, leaving_keys=[], language="fr", at=AT)


@pytest.fixture
def contractor() -> User:
    person = make_user("Paul")
    Profile.objects.filter(user=person).update(company_id=company("North Un"))
    return person


def last_day(person: User) -> dt.date | None:
    return Profile.objects.get(user=person).leaves_on


def test_list_dates_members_and_invitations_and_its_undo_takes_dates_back(
    administrator: User, contractor: User
) -> None:
    listed = line(contractor.email, leaves="31/12/2026"), line("lea@else.example", leaves="44500")
    plan = plan_of(administrator, listed[0], line("lea@else.example", leaves="31/12/2026"))
    assert [one.text for one in plan.changed] == ["Date de sortie\u00a0: — → 31/12/2026"]
    roster.confirm(by=administrator, day=None, leaving_keys=[], language="fr", at=AT)
    assert last_day(contractor) == LAST
    assert JoinRequest.objects.get(email="lea@else.example").leaves_on == LAST
    undoing.undo(by=administrator, at=AT)
    assert last_day(contractor) is None


def test_later_date_changes_an_invitation_and_a_list_without_dates_changes_none(
    administrator: User, contractor: User
) -> None:
    applied(administrator, line(contractor.email, leaves="31/12/2026"), line("lea@else.example"))
    applied(administrator, line(contractor.email), line("lea@else.example", leaves="31/12/2026"))
    assert last_day(contractor) == LAST
    assert JoinRequest.objects.get(email="lea@else.example").leaves_on == LAST


def test_account_is_closed_the_night_after_its_last_day_and_mailed_why(
    administrator: User, contractor: User
) -> None:
    leaving.set_last_day(of=contractor, day=LAST, by=administrator, at=AT)
    noon = dt.datetime(2026, 12, 31, 12, tzinfo=dt.UTC)
    assert leaving.close_past_last_day(at=noon) == 0
    assert leaving.close_past_last_day(at=noon + DAY) == 1
    assert leaving.close_past_last_day(at=noon + DAY) == 0
    contractor.refresh_from_db()
    assert not contractor.is_active
    run(tasks.mail_departure, Departure.objects.get().pk)
    assert "Votre dernier jour" in str(mail.outbox[-1].body)
    leaving.reopen_account(of=contractor, by=administrator, at=noon + DAY)
    assert leaving.close_past_last_day(at=noon + 2 * DAY) == 0


def test_council_and_administrators_of_all_are_not_closed_by_a_date(
    administrator: User, contractor: User
) -> None:
    un = company("North Un")
    Role.objects.create(user=contractor, role="treasurer", company_id=un, given_at=AT)
    Profile.objects.update(leaves_on=AT.date() - DAY)
    User.objects.exclude(pk__in=[contractor.pk, administrator.pk]).update(is_active=False)
    assert leaving.close_past_last_day(at=AT) == 0


def test_administrator_sets_and_removes_a_last_day_on_the_page(
    browse: Browse, administrator: User, contractor: User
) -> None:
    client = browse(administrator)
    page, url = (f"/admin/people/{contractor.reference}/{part}" for part in ("", "last-day/"))
    assert "Dernier jour ici" in client.get(page).text
    later = (dt.datetime.now(dt.UTC).date() + 30 * DAY).isoformat()
    assert client.post(url, {"day": later})["Location"] == page
    assert str(last_day(contractor)) == later
    client.post(url, {"day": "2020-01-01"})
    assert str(last_day(contractor)) == later
    client.post(url, {"day": ""})
    assert last_day(contractor) is None


def test_past_day_is_refused(administrator: User, contractor: User) -> None:
    with pytest.raises(Refused):
        leaving.set_last_day(of=contractor, day=AT.date() - DAY, by=administrator, at=AT)
