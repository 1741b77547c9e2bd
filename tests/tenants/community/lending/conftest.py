"""A drill to lend, at lunch."""

import pytest

from saas.accounts.models import User
from tenants.community.lending.actions import loans
from tenants.community.lending.models import Loan, Thing
from tests.fixtures.people import AT
from tests.tenants.community.lending.making import ask, make_thing, slot


@pytest.fixture(autouse=True)
def _today(going_on_from_at: None) -> None:
    """Pages that ask the clock find the moment of the tests."""


@pytest.fixture
def drill(owner: User) -> Thing:
    return make_thing(owner, at=AT)


@pytest.fixture
def requested(drill: Thing, teammate: User) -> Loan:
    """The drill, asked for by the teammate for an hour from now on."""
    return ask(drill, teammate, slot(AT), at=AT)


@pytest.fixture
def accepted(requested: Loan, owner: User) -> Loan:
    """The drill, promised to the teammate."""
    return loans.accept(loan=requested, by=owner, at=AT)


@pytest.fixture
def out(accepted: Loan, teammate: User) -> Loan:
    """The drill, in the teammate's hands."""
    return loans.hand_over(loan=accepted, by=teammate, at=AT)
