"""Things and loans for tests, made where the test is."""

import datetime as dt
import zoneinfo
from typing import Any

from saas.accounts.models import User
from saas.kernel import schema
from tenants.community.lending.actions import loans as loan_actions
from tenants.community.lending.actions import things as thing_actions
from tenants.community.lending.models import LendingPicture, Loan, Thing
from tenants.community.lending.rules import loans as rules
from tenants.community.lending.rules.slots import LoanSlot, floor_quarter
from tests.fixtures.people import HOUR

PARIS = zoneinfo.ZoneInfo("Europe/Paris")


def described(**changes: Any) -> rules.Description:
    """A lender's description, a drill unless told otherwise."""
    usual: dict[str, Any] = {
        "title": "Perceuse-visseuse 18 V",
        "description": "Deux batteries.",
        "condition": "good",
        "whereabouts": "car",
        "place": "Hall B",
        "site_id": None,
        "deposit": "",
        "longest_minutes": 7 * 24 * 60,
        "lends_at_once": False,
    }
    return rules.Description(**(usual | changes))


def make_thing(owner: User, *, at: dt.datetime, **changes: Any) -> Thing:
    """Lend something."""
    of_council = changes.pop("of_council", False)
    return thing_actions.offer(
        description=described(**changes), of_council=of_council, by=owner, at=at
    )


def slot(
    at: dt.datetime, *, after: dt.timedelta = dt.timedelta(), lasts: dt.timedelta = HOUR
) -> LoanSlot:
    """A time that begins in the quarter of a moment, or some time after."""
    begin = floor_quarter(at) + after
    return LoanSlot(begin, begin + lasts)


def ask(thing: Thing, borrower: User, wanted: LoanSlot, *, at: dt.datetime) -> Loan:
    """Ask for a thing."""
    return loan_actions.request(thing=thing, slot=wanted, zone=PARIS, by=borrower, at=at)


def make_loan_out(thing: Thing, borrower: User, wanted: LoanSlot, *, at: dt.datetime) -> Loan:
    """Create a loan with its thing in the borrower's hands."""
    loan = ask(thing, borrower, wanted, at=at)
    if loan.state == Loan.State.REQUESTED:
        loan_actions.accept(loan=loan, by=keeper_of(thing), at=at)
    return loan_actions.hand_over(loan=loan, by=borrower, at=at)


def keeper_of(thing: Thing) -> User:
    """The owner of a thing."""
    assert thing.owner_id is not None
    return User.objects.get(pk=thing.owner_id)


def make_thing_picture(thing: Thing, uploader: User, *, at: dt.datetime) -> LendingPicture:
    """A picture that can be shown, without its files."""
    return LendingPicture.objects.create(
        uploader=uploader,
        thing=thing,
        name=f"{schema.current()}/lending/testpicture{thing.pk}",
        uploaded_at=at,
        state="ready",
        width=1200,
        height=900,
    )
