"""A thing that is free is borrowed in one tap; an overdue thing is not promised."""

import datetime as dt
import zoneinfo

import pytest
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.errors import Refused
from tenants.community.lending.actions import loans as actions
from tenants.community.lending.models import Loan
from tenants.community.lending.queries import things
from tenants.community.lending.rules import slots
from tenants.community.lending.rules.slots import LoanSlot
from tenants.spaces import hosts
from tenants.spaces.models import OwnSite, Site
from tests.fixtures.people import Browse, make_user
from tests.tenants.community.lending.making import make_loan_out, make_thing, slot

NOON = dt.datetime(2026, 11, 25, 12, 5, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def test_slot_from_now_ends_with_the_next_loan() -> None:
    begin = NOON.replace(minute=0)
    for taken, hours in (
        ([], 2),
        ([LoanSlot(begin + HOUR, begin + 2 * HOUR)], 1),
        ([LoanSlot(begin - HOUR, begin)], 2),
    ):
        found = slots.slot_from_now(taken, longest_minutes=600, at=NOON)
        assert found == LoanSlot(begin, begin + hours * HOUR)
    busy = [LoanSlot(begin - HOUR, begin + HOUR)]
    assert slots.slot_from_now(busy, longest_minutes=600, at=NOON) is None
    assert slots.slot_from_now([], longest_minutes=30, at=NOON) == LoanSlot(begin, begin + HOUR / 2)


def test_overdue_thing_is_not_promised_for_the_next_half_hour(owner: User, teammate: User) -> None:
    at, other = timezone.now(), make_user("Lina")
    thing = make_thing(owner, at=at)
    loan = make_loan_out(thing, teammate, slot(at), at=at)
    late = loan.ends_at + dt.timedelta(minutes=1)
    soon = slots.floor_quarter(late) + dt.timedelta(minutes=30)
    wanted = LoanSlot(soon, soon + HOUR)

    with pytest.raises(Refused):
        actions.request(thing=thing, slot=wanted, zone=dt.UTC, by=other, at=late)

    later = LoanSlot(soon + HOUR, soon + 2 * HOUR)
    booked = actions.request(thing=thing, slot=later, zone=dt.UTC, by=other, at=late)
    assert booked.starts_at == later.starts_at


def test_page_borrows_a_free_thing_now_in_one_tap(
    browse: Browse, owner: User, teammate: User
) -> None:
    thing = make_thing(owner, at=timezone.now())
    page = browse(teammate).get(thing.get_absolute_url())
    found = page.context["shown"].now_slot or page.context["shown"].break_slot
    data = {"starts": found.starts_at.isoformat(), "ends": found.ends_at.isoformat()}

    answer = browse(teammate).post(thing.get_absolute_url(), {**data, "verb": "book"})

    assert answer.status_code == 303
    assert Loan.objects.get(thing=thing).borrower_id == teammate.pk
    assert "act-bar" in page.text


def test_next_break_of_several_is_offered(owner: User) -> None:
    site = OwnSite.objects.earliest("pk")
    with schema.in_public():
        Site.objects.filter(pk=site.pk).update(more_breaks="16:00-16:15")
    hosts.forget()
    zone = zoneinfo.ZoneInfo("Europe/Paris")
    for hour, begins in ((9, 12), (14, 16)):
        at = dt.datetime(2026, 12, 3, hour, tzinfo=zone)
        found = things.break_of(owner, zone=zone, at=at)
        assert found is not None
        assert found.starts_at.astimezone(zone).hour == begins
