"""The VAT of an invoice in a council's name: paid to it once, or owed by it after a credit note."""

import datetime as dt

import pytest

from billing import clock
from billing.councils.actions.write_offs import write_off
from billing.councils.queries.changes import is_still_needed
from billing.ledger.files import fec as accounts
from billing.ledger.queries.shortage import balance_short_since
from billing.ledger.rules import fec, postings
from billing.ledger.rules.postings import Line
from billing.ledger.settlement.numbering import number_entries
from billing.models import (
    Account,
    Council,
    LedgerTransaction,
    Order,
    Share,
    Statement,
    StripeCall,
    TaxPayment,
)
from billing.stripe.gateway.client import client
from saas.catalogue.merchants.models import Merchant
from tests.factories.billing import make_campaign, make_council, make_merchant_user, make_shop
from tests.fixtures.billing import BALANCED, Beginning, Till, begins_with, books

DECEMBER = dt.datetime(2026, 12, 1, 5, tzinfo=dt.UTC)
JANUARY = dt.datetime(2027, 1, 1, 5, tzinfo=dt.UTC)
HOLD_OVER = dt.datetime(2026, 12, 9, 12, tzinfo=dt.UTC)


def make_vat_payer() -> Council:
    """A council that owes VAT, and that gave its mandate before anything was sold."""
    council = make_council("north")
    council.siren, council.vat_number = "732829320", "FR44732829320"
    council.street, council.postcode, council.city = "2 allée des Tilleuls", "37000", "Saint-Avel"
    council.is_vat_payer = True
    council.self_billing_since = dt.datetime(2026, 11, 2, 8, tzinfo=dt.UTC)
    council.save()
    return council


def sold(till: Till) -> None:
    """Sell for 240.00 at an active council: 80.00 and their VAT are its own."""
    till.active_account(make_vat_payer())
    sell(till, make_shop())


def sell(till: Till, shop: Merchant, net_cents: int = 20_000) -> Order:
    return till.sell(make_campaign(shop, {"north": net_cents}, at=till.at))


pytestmark = [*BALANCED, begins_with(sold)]


@pytest.fixture
def council(till: Till, beginning: Beginning | None) -> Council:
    return make_vat_payer() if beginning is None else Council.objects.get()


def tax() -> TaxPayment:
    return TaxPayment.objects.order_by("pk").get()


def arrived(account: str) -> list[int]:
    """Return the amounts that Stripe moved to an account, the VAT last."""
    found = client().v1.transfers.list({"destination": account})
    return sorted((row.amount for row in found.data), reverse=True)


def test_tax_follows_its_share_once_the_hold_is_over(till: Till, council: Council) -> None:
    account = council.stripe_account
    clock.bill(at=DECEMBER)
    till.let_shares_leave(DECEMBER)
    assert (tax().state, tax().amount_cents) == ("due", 1_600)
    till.let_shares_leave(HOLD_OVER)
    paid = tax()
    assert paid.state == "done"
    assert paid.stripe_id.startswith("tr_")
    assert arrived(account) == [8_000, 1_600]
    assert (books("share.held"), books("share.due"), books("vat.input")) == (0, 0, 1_600)


def test_tax_waits_on_its_own_account_until_the_bill_is_paid(till: Till) -> None:
    clock.bill(at=DECEMBER)
    assert (books("vat.pending"), books("vat.input")) == (1_600, 0)
    for at in (HOLD_OVER, HOLD_OVER + dt.timedelta(days=1)):
        till.let_shares_leave(at)
    assert (books("vat.pending"), books("vat.input")) == (0, 1_600)
    deducted = LedgerTransaction.objects.get(kind="tax_deducted")
    bill = Statement.objects.get()
    assert (deducted.source_ref, deducted.occurred_at) == (bill.number, tax().done_at)
    number_entries(at=till.at)
    lines = [fec.FecLine.read(line.rstrip("\r\n")) for line in accounts.write(2026)]
    waiting = [line for line in lines if line and line.compte_num == "445800"]
    assert [line.cents for line in waiting] == [1_600, -1_600]
    assert waiting[0].ecriture_lib.startswith("TVA autofacturée")
    assert waiting[1].ecriture_lib.startswith("TVA devenue déductible")
    assert accounts.faults(accounts.write(2026), year=2026) == []


def test_tax_that_was_deducted_before_it_waited_is_not_deducted_again(
    till: Till, council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = [Line(Account.VAT_INPUT, 1_600, council_id=council.pk)]
    rest = postings.self_billed(vat_cents=1_600, council_id=council.pk)[1:]
    monkeypatch.setattr(postings, "self_billed", lambda **_: [*at_once, *rest])
    clock.bill(at=DECEMBER)
    till.let_shares_leave(HOLD_OVER)
    assert (books("vat.pending"), books("vat.input")) == (0, 1_600)


def test_tax_of_a_credit_note_is_given_up_with_its_debt(till: Till, order: Order) -> None:
    clock.bill(at=DECEMBER)
    till.let_shares_leave(HOLD_OVER)
    till.give_back(order, 24_000)
    clock.bill(at=JANUARY)
    assert (books("vat.pending"), books("vat.input")) == (-1_600, 1_600)
    owed = TaxPayment.objects.get(state="owed")
    by = make_merchant_user("Opale")
    write_off(debt=owed, seen_cents=1_600, reason="CSE dissous", by=by, at=JANUARY)
    assert (books("vat.pending"), books("vat.input"), books("bad_debt")) == (0, 0, 1_600)


@begins_with(None)
def test_vat_waits_for_an_active_account_and_is_paid_once_there_is_one(
    till: Till, shop: Merchant, council: Council
) -> None:
    account = till.active_account(council)
    till.simulator.pull(f"account/{account}/restricted")
    till.settle()
    sell(till, shop)
    clock.bill(at=DECEMBER)
    till.let_shares_leave(JANUARY)
    assert (tax().state, Share.objects.get().state) == ("due", "waiting_account")
    till.simulator.pull(f"account/{account}/active")
    till.settle()
    till.let_shares_leave(JANUARY)
    assert (tax().state, Share.objects.get().state) == ("done", "transferred")


def test_transfer_beyond_our_balance_leaves_later(till: Till, council: Council) -> None:
    account = council.stripe_account
    clock.bill(at=DECEMBER)
    clock.release(at=HOLD_OVER)
    till.jobs.run()  # at Stripe it is still the day of the sale: nothing is available yet
    assert (tax().state, Share.objects.get().state) == ("due", "transferred")
    assert "balance_insufficient" in StripeCall.objects.get(kind="tax").failure
    assert balance_short_since(at=HOLD_OVER) == TaxPayment.objects.get().due_at
    till.let_shares_leave(HOLD_OVER)
    assert tax().state == "done"
    assert arrived(account) == [8_000, 1_600]


def test_credit_note_before_it_left_is_set_off(till: Till, council: Council, order: Order) -> None:
    account = council.stripe_account
    clock.bill(at=DECEMBER)
    till.give_back(order, 24_000)
    clock.bill(at=JANUARY)
    assert list(TaxPayment.objects.order_by("pk").values_list("state", flat=True)) == [
        "due",
        "owed",
    ]
    assert (books("share.due"), books("share.owed")) == (-1_600, 1_600)
    booking = LedgerTransaction.objects.get(business_key__endswith=":owed")
    assert booking.source_ref == Statement.objects.latest("pk").number
    till.let_shares_leave(JANUARY)
    assert set(TaxPayment.objects.values_list("state", "netted_cents")) == {("netted", 1_600)}
    assert arrived(account) == []
    assert (books("share.due"), books("share.owed"), books("vat.input")) == (0, 0, 0)


def test_a_credit_note_after_it_left_is_owed_and_set_off_against_the_next_share(
    till: Till, shop: Merchant, council: Council, order: Order
) -> None:
    account = council.stripe_account
    clock.bill(at=DECEMBER)
    till.let_shares_leave(HOLD_OVER)
    till.give_back(order, 24_000)
    later = till._replace(at=till.at + dt.timedelta(days=30))
    later.let_shares_leave(later.at)
    sell(later, shop, 10_000)
    clock.bill(at=JANUARY)
    owed = TaxPayment.objects.get(state="owed")
    assert (owed.amount_cents, books("share.owed")) == (800, 800)
    later.let_shares_leave(JANUARY + dt.timedelta(days=15))
    owed.refresh_from_db()
    assert owed.state == "netted"
    assert arrived(account) == [8_000, 3_200, 1_600]
    assert (books("share.due"), books("share.owed")) == (0, 0)


def test_a_bill_of_before_anybody_paid_its_vat_is_paid_too(
    till: Till, council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = council.stripe_account
    with monkeypatch.context() as before:
        before.setattr("billing.councils.settlement.taxes.owe", lambda *_, **__: None)
        clock.bill(at=DECEMBER)
    assert not TaxPayment.objects.exists()
    till.let_shares_leave(HOLD_OVER)
    till.let_shares_leave(HOLD_OVER)
    assert arrived(account) == [8_000, 1_600]


def test_the_reserve_keeps_it_until_it_has_left(till: Till) -> None:
    till.let_shares_leave(HOLD_OVER)
    later = HOLD_OVER + dt.timedelta(hours=1)  # Stripe's clock goes on while the transfer is made
    clock.compare(at=later)
    clock.bill(at=DECEMBER)
    clock.compare(at=later)
    minimums = [
        call.params["payments"]["payouts"]["minimum_balance_by_currency"]["eur"]
        for call in StripeCall.objects.filter(kind="treasury").order_by("pk")
    ]
    assert minimums[0] == 0
    till.jobs.run()
    clock.compare(at=later)
    last = StripeCall.objects.filter(kind="treasury").order_by("pk").last()
    assert last
    assert last.params["payments"]["payouts"]["minimum_balance_by_currency"]["eur"] == 1_600


def test_an_account_that_it_is_on_its_way_to_is_still_needed(till: Till, council: Council) -> None:
    account = council.stripe_account
    till.let_shares_leave(HOLD_OVER)
    assert not is_still_needed(council, account)
    clock.bill(at=DECEMBER)
    clock.release(at=HOLD_OVER)
    assert is_still_needed(council, account)
    till.jobs.run()
    assert not is_still_needed(council, account)


@pytest.mark.by_hand
def test_tax_that_has_not_left_goes_to_the_new_account(till: Till, council: Council) -> None:
    till.let_shares_leave(HOLD_OVER)
    clock.bill(at=DECEMBER)
    other = make_council("south")
    account = till.active_account(other)
    Council.objects.filter(pk=other.pk).update(stripe_account="", account_state="none")
    Council.objects.filter(pk=council.pk).update(stripe_account=account)
    till.let_shares_leave(HOLD_OVER)
    assert arrived(account) == [1_600]
