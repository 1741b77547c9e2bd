"""The demo's books: a piece never bears a later day than the entries about it."""

import datetime as dt

import pytest

from billing.ledger.settlement.numbering import number_entries
from billing.models import Invoice
from infra.demo.seed.books import pieces_after_entries
from saas.catalogue.merchants.models import Merchant
from tests.factories.billing import make_campaign, make_sale
from tests.fixtures.people import AT

pytestmark = pytest.mark.django_db
MONTHS = dt.timedelta(days=90)


def test_payment_that_is_received_months_later_has_pieces_of_its_own_day(shop: Merchant) -> None:
    make_sale(make_campaign(shop, {"north": 1_500}, at=AT), at=AT, received_at=AT + MONTHS)
    number_entries(at=AT + MONTHS)
    assert pieces_after_entries() == []


def test_piece_of_a_later_day_is_named(shop: Merchant) -> None:
    make_sale(make_campaign(shop, {"north": 1_500}, at=AT), at=AT)
    number_entries(at=AT)
    Invoice.objects.update(issued_at=AT + dt.timedelta(days=1))
    assert pieces_after_entries() == ["F2026-00001"]
