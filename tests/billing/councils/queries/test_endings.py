"""Unsettled money prevents the end of a space; records that the law requires are listed."""

import datetime as dt

import pytest

from billing.councils.actions.accounts import ask_replacement, cancel_replacement
from billing.councils.actions.councils import forget_contacts
from billing.councils.queries.endings import legal_records, obstacles
from billing.models import AccountChange, Council, CouncilNotice, Invoice, Order, Share
from saas.catalogue.placements.models import Campaign
from saas.kernel.display.writing import eur
from tenants.spaces.actors import SpaceActor
from tenants.spaces.models import Tenant
from tests.billing.adjustments.settlement.test_disputes import contest, decide
from tests.factories.billing import make_council
from tests.fixtures.billing import Till
from tests.fixtures.people import AT


@pytest.fixture
def north(db: None) -> Tenant:
    return Tenant.objects.get(slug="north")


def test_a_space_that_sold_nothing_may_end(north: Tenant) -> None:
    assert obstacles(north.pk, AT) == []
    assert legal_records(north.pk) == []


def test_waiting_share_is_an_obstacle(north: Tenant, till: Till, campaign: Campaign) -> None:
    council = make_council("north")
    till.sell(campaign)
    share = Share.objects.get(council=council)
    (sentence,) = obstacles(north.pk, AT)
    assert council.name in sentence
    assert eur(share.amount_cents) in sentence
    Share.objects.update(state=Share.State.TRANSFERRED, transferred_at=AT)
    assert obstacles(north.pk, AT) == []


def test_other_space_s_share_is_no_obstacle(north: Tenant, till: Till, campaign: Campaign) -> None:
    make_council("south")
    till.sell(campaign)
    assert Share.objects.exists()
    assert obstacles(north.pk, AT) == []


def test_an_open_payment_is_waited_for(north: Tenant, till: Till, campaign: Campaign) -> None:
    order = till.open(campaign)
    assert order.reference in "".join(obstacles(north.pk, AT))


def test_legal_records_are_kept_ten_years(north: Tenant, till: Till, campaign: Campaign) -> None:
    council = make_council("north")
    order: Order = till.sell(campaign)
    papers, books, councils = legal_records(north.pk)
    assert papers.numbers == [Invoice.objects.get(order=order).number]
    assert papers.until == dt.date(2036, 12, 31)
    assert "L123-22" in books.why
    assert councils.numbers == [council.reference]


def test_councils_stay_in_the_books_without_the_address_of_a_person(north: Tenant) -> None:
    council = make_council("north")
    Council.objects.filter(pk=council.pk).update(contact_email="cse@north.example")
    assert forget_contacts(tenant_id=north.pk, at=AT) == 1
    assert Council.objects.get(pk=council.pk).contact_email == ""


def test_an_account_that_is_being_replaced_stands_against_it(north: Tenant) -> None:
    council = make_council("north", account="acct_old")
    by = SpaceActor("north", "M-1", "Delphine", "treasurer")
    ask_replacement(
        council=council, contact_email="a@b.example", siren="", reason="x", by=by, at=AT
    )
    (sentence,) = obstacles(north.pk, AT)
    assert "en cours de remplacement" in sentence
    cancel_replacement(council=council, by=by, at=AT)
    assert obstacles(north.pk, AT) == []
    forget_contacts(tenant_id=north.pk, at=AT)
    assert [(one.facts, one.mailed_at) for one in CouncilNotice.objects.all()] == [({}, AT)] * 2
    assert AccountChange.objects.get().contact_email == ""


def test_contested_payment_is_an_obstacle(north: Tenant, till: Till, campaign: Campaign) -> None:
    order = till.sell(campaign)
    assert obstacles(north.pk, AT) == []
    dispute = contest(till, order)
    (sentence,) = obstacles(north.pk, AT)
    assert dispute.reference in sentence
    decide(till, dispute, "won")
    assert obstacles(north.pk, AT) == []
