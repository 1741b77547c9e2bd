"""A company comes to a park, leaves it with all its people, and may return."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.errors import Refused
from tenants.community.lending.models import Loan
from tenants.community.members import clock
from tenants.community.members.actions import membership
from tenants.community.members.forms import companies as forms
from tenants.community.members.forms.mail_domains import administering
from tenants.community.members.models import Departure, Profile, Role
from tenants.community.notifications.models import Notification
from tenants.spaces.actions.corrections import correct_company
from tenants.spaces.models import (
    Change,
    Company,
    EmailDomain,
    EmailDomainClaim,
    OwnCompany,
    SpaceOperation,
    Tenant,
)
from tenants.spaces.queries import companies as company_reads
from tenants.spaces.queries.own import own_space
from tests.fixtures.people import AT, DAY, Browse, make_user
from tests.saas.accounts.jobs import run_in
from tests.tenants.community.classifieds.making import make_classified
from tests.tenants.community.lending.making import ask as ask_for_loan
from tests.tenants.community.lending.making import make_thing, slot
from tests.tenants.community.rides.making import make_ride

TODAY = timezone.localdate(AT)
LAST_DAY = TODAY + dt.timedelta(days=3)


def works_at(user: User, name: str) -> int:
    company = OwnCompany.objects.get(name=name)
    Profile.objects.filter(user=user).update(company_id=company.pk)
    return company.pk


@pytest.fixture
def runner(owner: User) -> User:
    """Return the administrator of the whole park, who works for North Un."""
    Role.objects.create(user=owner, role="administrator", given_at=AT)
    works_at(owner, "North Un")
    return owner


@pytest.fixture
def leaver(in_north: None) -> User:
    """Return a member of the leaving company, North Deux."""
    person = make_user("Ines", last_name="Dalmas")
    works_at(person, "North Deux")
    return person


def leaving_id() -> int:
    return OwnCompany.objects.get(name="North Deux").pk


def plan(by: User, day: dt.date = LAST_DAY) -> Company:
    form = forms.CompanyLeaveForm({"day": day.isoformat()})
    company = form.submit(company_id=leaving_id(), by=by, at=AT)
    assert company, form.errors
    return company


def end(company_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the job run on the day after the last day."""
    monkeypatch.setattr(timezone, "now", lambda: AT + 4 * DAY)
    run_in("north", clock.end_company, company_id)


def test_departure_closes_accounts_and_settles_their_things(
    runner: User, leaver: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The loan is told, the ride of tomorrow and the listing end, and the domains are free."""
    ad = make_classified(leaver, at=AT)
    ride = make_ride(leaver, at=AT)
    loan = ask_for_loan(make_thing(leaver, at=AT), runner, slot(AT, after=5 * DAY), at=AT)
    link = membership.invite(by=runner, uses=3, days=9, company_id=leaving_id(), at=AT)
    company = plan(runner)
    with schema.in_public():
        tenant = Tenant.objects.get(slug="north")
        mailbox = {"domain": "deux.example", "email": "rh@deux.example", "token_hash": "x"}
        dates = {"asked_at": AT, "expires_at": AT + DAY, "confirmed_at": AT}
        own = {"tenant": tenant, "company": company}
        EmailDomainClaim.objects.create(**own, **mailbox, **dates, asked_by="Nadia")
        EmailDomain.objects.create(**own, domain="deux.example", proven_at=AT)
        assert company_reads.due_departures(LAST_DAY) == []
        due = company_reads.due_departures(LAST_DAY + DAY)
    assert due == [(company.pk, "north")]
    heads = own_space().head_count

    end(company.pk, monkeypatch)
    end(company.pk, monkeypatch)

    leaver.refresh_from_db()
    assert not leaver.is_active
    (departure,) = Departure.objects.filter(user=leaver)
    assert departure.closed_by_id is None
    for row in (ad, ride, loan, link):
        row.refresh_from_db()
    assert ad.closed_at is not None
    assert ride.closed_at is not None
    assert loan.state != Loan.State.REQUESTED
    assert link.withdrawn_at is not None
    assert not OwnCompany.objects.filter(pk=company.pk).exists()
    assert own_space().head_count == heads - company.head_count
    with schema.in_public():
        assert not EmailDomain.objects.filter(domain="deux.example").exists()
        assert Change.objects.filter(what="left", tenant=tenant).count() == 1
    runner.refresh_from_db()
    assert runner.is_active


def test_people_of_company_read_its_last_day_and_that_it_stays(runner: User, leaver: User) -> None:
    plan(runner)
    forms.cancel_leave(company_id=leaving_id(), by=runner, at=AT)
    titles = set(Notification.objects.filter(person=leaver).values_list("path", flat=True))
    assert titles == {"/me/data/", "/"}
    assert OwnCompany.objects.get(name="North Deux").leaves_on is None


def test_departure_is_not_cancelled_after_its_last_day(runner: User, leaver: User) -> None:
    plan(runner)
    with pytest.raises(Refused, match="dernier jour est passé"):
        forms.cancel_leave(company_id=leaving_id(), by=runner, at=AT + dt.timedelta(days=365))


def test_council_and_administrators_of_park_stay_when_company_leaves(
    runner: User, leaver: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    company_id = works_at(runner, "North Deux")
    treasurer = make_user("Nora")
    works_at(treasurer, "North Deux")
    Role.objects.create(user=treasurer, role="treasurer", company_id=company_id, given_at=AT)
    Role.objects.create(user=leaver, role="administrator", company_id=company_id, given_at=AT)
    plan(runner)
    end(company_id, monkeypatch)
    for person, stays in ((runner, True), (treasurer, True), (leaver, False)):
        person.refresh_from_db()
        assert person.is_active is stays
    assert Profile.objects.get(user=runner).company_id is None
    assert [role.role for role in Role.objects.filter(company_id=company_id)] == ["treasurer"]


@pytest.mark.parametrize(
    ("days", "words"), [(0, "à partir de demain"), (-1, "à partir de demain"), (900, "l’année")]
)
def test_last_day_is_ahead_and_within_a_year(runner: User, days: int, words: str) -> None:
    day = TODAY + dt.timedelta(days=days)
    form = forms.CompanyLeaveForm({"day": day.isoformat()})
    assert form.submit(company_id=leaving_id(), by=runner, at=AT) is None
    assert words in str(form.errors["day"])


def test_last_company_of_park_stays(runner: User) -> None:
    plan(runner)
    form = forms.CompanyLeaveForm({"day": LAST_DAY.isoformat()})
    first = OwnCompany.objects.get(name="North Un").pk
    assert form.submit(company_id=first, by=runner, at=AT) is None
    assert "dernière entreprise" in str(form.errors)
    form = forms.CompanyLeaveForm({"day": LAST_DAY.isoformat()})
    assert form.submit(company_id=leaving_id(), by=runner, at=AT) is None
    assert "déjà annoncé" in str(form.errors)


def test_company_that_left_returns_under_its_name(
    runner: User, leaver: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = plan(runner)
    end(company.pk, monkeypatch)
    typed: dict[str, Any] = {"name": "north deux", "siren": "", "head_count": 3, "reason": ""}
    actor = administering(runner, None)
    known: dict[str, Any] = {"schema_name": "north", "company_id": None, "by": actor, "at": AT}
    with schema.in_public(), pytest.raises(Refused, match="faites-la revenir"):
        correct_company(**known, **typed)
    forms.readmit(company_id=company.pk, by=runner, at=AT)
    assert OwnCompany.objects.filter(pk=company.pk).exists()
    with pytest.raises(Refused, match="est dans l’espace"):
        forms.readmit(company_id=company.pk, by=runner, at=AT)


def test_company_administrator_changes_and_removes_only_their_company(
    browse: Browse, runner: User, leaver: User
) -> None:
    company_id = leaving_id()
    other = OwnCompany.objects.get(name="North Un").pk
    Role.objects.create(user=leaver, role="administrator", company_id=company_id, given_at=AT)
    client = browse(leaver)
    assert client.get(f"/admin/companies/{other}/leave/").status_code == 404
    assert client.get(f"/admin/companies/{other}/details/").status_code == 404
    assert client.get("/admin/companies/new/").status_code == 404
    page = client.get(f"/admin/companies/{company_id}/leave/").text
    assert "1 personne lit dès maintenant" in page
    day = timezone.localdate() + dt.timedelta(days=9)
    answer = client.post(f"/admin/companies/{company_id}/leave/", {"day": day.isoformat()})
    assert answer.status_code == 303
    assert "Annuler le départ" in client.get("/admin/companies/").text
    assert client.post(f"/admin/companies/{company_id}/stay/").status_code == 303
    assert client.post(f"/admin/companies/{company_id}/stay/").status_code == 422


def test_park_adds_a_company_and_changes_a_head_count(browse: Browse, runner: User) -> None:
    client = browse(runner)
    typed = {"name": "Ajoutée SAS", "siren": "732829320", "head_count": "12"}
    assert client.post("/admin/companies/new/", typed).status_code == 303
    with schema.in_public():
        work = SpaceOperation.objects.get(kind="correct")
        assert (work.options["name"], work.asked_by) == ("Ajoutée SAS", runner.display_name)
        SpaceOperation.objects.filter(pk=work.pk).update(state="done", done_at=AT)
    wrong = client.refused("/admin/companies/new/", {**typed, "siren": "732829321"})
    assert "SIREN" in wrong
    own = f"/admin/companies/{leaving_id()}/details/"
    form = {"name": "North Deux", "siren": "", "head_count": "77"}
    client.post(own, {**form, "siren": "732829320"})
    with schema.in_public():
        changed = SpaceOperation.objects.exclude(pk=work.pk).get()
        assert changed.options["head_count"] == 77
        assert "from" in changed.options
