"""Treasurers see the state of the VAT on invoices in their own council's name, and no other VAT."""

from collections.abc import Callable

import pytest

from billing import clock
from billing.councils.settlement import payouts
from billing.models import Council, Order, OwnTax, Statement
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.kernel import schema
from tests.billing.councils.settlement.test_taxes import (
    DECEMBER,
    HOLD_OVER,
    JANUARY,
    make_vat_payer,
)
from tests.fixtures.billing import Till
from tests.fixtures.people import Browse, SpaceClient
from tests.tenants.community.council.reading import text_of

type Sell = Callable[..., Order]


@pytest.fixture
def payer(in_north: None) -> Council:
    """A council that owes VAT."""
    with schema.in_public():
        return make_vat_payer()


@pytest.fixture
def billed(payer: Council, bakery: Merchant, sell: Sell, till: Till) -> Order:
    """Sales that were billed once, in December, in the name of a council with an account."""
    with schema.in_public():
        till.active_account(payer)
    order = sell(bakery, 20_000)
    with schema.in_public():
        clock.bill(at=DECEMBER)
    return order


def number() -> str:
    with schema.in_public():
        return Statement.objects.earliest("pk").number or ""


def test_tax_is_listed_as_waiting_during_the_hold(treasury: SpaceClient, billed: Order) -> None:
    forecast = text_of(treasury, "/council/forecast/")
    expected = f"16,00 € TVA de la facture {number()}, retenue avec les parts jusqu’au 09/12/2026"
    assert expected in forecast
    listed = text_of(treasury, "/council/statements/")
    assert "TVA de 16,00 €, à verser à partir du 09/12/2026" in listed


def test_tax_waits_for_an_account(
    browse: Browse, treasurer: User, payer: Council, bakery: Merchant, sell: Sell
) -> None:
    sell(bakery, 20_000)
    with schema.in_public():
        clock.bill(at=DECEMBER)
    forecast = text_of(browse(treasurer), "/council/forecast/")
    assert "attend le compte du CSE : pas encore de compte" in forecast
    assert f"TVA de la facture {number()}" in forecast


def test_once_it_left_its_invoice_and_the_bank_say_so(
    treasury: SpaceClient, payer: Council, billed: Order, till: Till
) -> None:
    with schema.in_public():
        till.let_shares_leave(HOLD_OVER)
        account = Council.objects.get().stripe_account
        payout = till.simulator.pull("payouts/now", account=account)["payout"]["id"]
        payouts.sync(payout, account=account, council_id=payer.pk, at=HOLD_OVER)
        reference = Statement.objects.get().reference
    page = text_of(treasury, f"/council/statements/{payer.reference}/{reference}/")
    assert "TVA de 16,00 € versée le 09/12/2026" in page
    assert "TVA de la facture" not in text_of(treasury, "/council/forecast/")
    bank = text_of(treasury, f"/council/ledger/bank/{payout}/")
    assert "TVA de vos factures 16,00 €" in bank
    assert "D’autres mouvements" not in bank


def test_tax_of_a_credit_note_is_owed(treasury: SpaceClient, billed: Order, till: Till) -> None:
    with schema.in_public():
        till.let_shares_leave(HOLD_OVER)
        till.give_back(billed, 24_000)
        clock.bill(at=JANUARY)
    forecast = text_of(treasury, "/council/forecast/")
    assert "−16,00 € TVA de l’avoir" in forecast
    assert "à rendre : compensée avec ce qui vient" in forecast


def test_room_is_closed_to_another_space(billed: Order) -> None:
    assert OwnTax.objects.get().amount_cents == 1_600
    with schema.inside("south"):
        assert not OwnTax.objects.exists()
