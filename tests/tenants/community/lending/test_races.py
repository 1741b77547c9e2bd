"""Members that want the same thing at the same moment, each on their own connection."""

import datetime as dt
import itertools
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.errors import Refused
from tenants.community.lending.actions import loans, times
from tenants.community.lending.models import Loan, Thing, WaitingListEntry
from tests.fixtures.people import AT, HOUR, QUARTER, make_user
from tests.fixtures.together import at_once
from tests.tenants.community.lending.making import (
    PARIS,
    ask,
    keeper_of,
    make_loan_out,
    make_thing,
    slot,
)

MEMBERS = 50


def outcome_of(act: Callable[[], object]) -> str:
    """Run an action, and return the name of its refusal, or "done"."""
    with schema.inside("north"):
        try:
            act()
        except (Refused, ValidationError, IntegrityError, OperationalError) as error:
            return type(error).__name__
    return "done"


def outcomes_of(acts: Sequence[Callable[[], object]]) -> Counter[str]:
    """Run the actions at the same moment; return the count of each outcome."""
    return Counter(at_once(outcome_of, acts))


def crowd(at: dt.datetime) -> tuple[Thing, list[User]]:
    return make_thing(make_user("Nadia"), at=at), [make_user("Ines") for _ in range(MEMBERS)]


def test_fifty_members_book_one_slot_once(own_north: None) -> None:
    drill, people = crowd(AT)
    outcomes = outcomes_of([partial(ask, drill, person, slot(AT), at=AT) for person in people])
    assert outcomes == {"done": 1, "Refused": MEMBERS - 1}
    assert Loan.objects.count() == 1


def test_database_lets_one_of_two_racers_in_without_our_rules(own_north: None) -> None:
    drill, people = crowd(AT)

    def insert(person: User, after: dt.timedelta) -> None:
        starts_at, ends_at = slot(AT, after=after)
        times = {"starts_at": starts_at, "ends_at": ends_at, "requested_at": AT}
        Loan(thing=drill, borrower=person, **times).save()

    outcomes = outcomes_of(
        [partial(insert, person, (number % 3) * QUARTER) for number, person in enumerate(people)]
    )
    # Two that wait for each other end as a deadlock, which counts as a refusal.
    assert outcomes["done"] == 1
    assert outcomes["IntegrityError"] + outcomes["OperationalError"] == MEMBERS - 1
    assert Loan.objects.count() == 1


def test_waiting_member_is_served_once_when_two_loans_end(own_north: None) -> None:
    drill, people = crowd(AT)
    owner = keeper_of(drill)
    first = make_loan_out(drill, people[0], slot(AT), at=AT)
    second = ask(drill, people[1], slot(AT, after=HOUR), at=AT)
    wanted = slot(AT, lasts=2 * HOUR)
    for person in people[2:4]:
        times.wait(thing=drill, slot=wanted, zone=PARIS, by=person, at=AT)
    give_back = partial(loans.give_back, loan=first, by=owner, at=AT)
    cancel = partial(loans.cancel, loan=second, by=people[1], at=AT)
    assert outcomes_of([give_back, cancel]) == {"done": 2}
    served = WaitingListEntry.objects.filter(state="served")
    assert [entry.person_id for entry in served] == [people[2].pk]


@pytest.mark.proof
def test_many_slots_of_many_members_never_overlap(own_north: None) -> None:
    drill, people = crowd(AT)
    slots = [slot(AT, after=(number * 7 % 40) * QUARTER, lasts=3 * QUARTER) for number in range(20)]
    outcomes_of([partial(ask, drill, one, wanted, at=AT) for wanted in slots for one in people])
    spans = sorted(Loan.objects.values_list("starts_at", "ends_at"))
    assert len(spans) > 1
    assert all(one[1] <= two[0] for one, two in itertools.pairwise(spans))
