"""The nightly comparison of Stripe's balance movements with our books; a difference is a case."""

import datetime as dt

import pytest

from billing.ledger import posting
from billing.ledger.actions import manual
from billing.ledger.rules.postings import Line
from billing.ledger.settlement import reconcile
from billing.models import Account, BalanceTransaction, Case, Payment, Reconciliation, StripeHalt
from billing.stripe.gateway import client
from billing.stripe.rules.answers import Problem
from saas.catalogue.merchants.models import Merchant
from tests.factories.billing import make_campaign, make_council, make_shop
from tests.factories.stripe_objects import refusing
from tests.fixtures.billing import Till, begins_with, books
from tests.fixtures.people import make_user


def night(till: Till, days: int = 1) -> Reconciliation:
    """Let days pass for both, then compare."""
    till.simulator.pull("clock/advance", days=str(days))
    now = dt.datetime.fromtimestamp(till.simulator.pull("clock")["now"], dt.UTC)
    return reconcile.reconcile(at=now + dt.timedelta(minutes=1))


def sold_alone(till: Till) -> None:
    """Sell for 240.00 without any council."""
    till.sell(make_campaign(make_shop(), {"north": 20_000}, at=till.at))


pytestmark = [pytest.mark.django_db, begins_with(sold_alone)]


@pytest.fixture
def payment(till: Till) -> Payment:
    return Payment.objects.get()


def problems() -> set[tuple[str, str, int | None, int | None]]:
    cases = Case.objects.filter(state="open")
    return set(cases.values_list("kind", "subject", "stripe_cents", "ledger_cents"))


def without_refetching(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("billing.dispatch.refetching.refetch", lambda *_, **__: False)


def test_a_night_without_a_difference_says_so(till: Till) -> None:
    run = night(till)
    assert (run.state, run.compared, run.explained, run.differing) == ("agrees", 1, 1, 0)
    assert (run.stripe_cents, run.ledger_cents, run.explained_cents) == (23_615, 23_615, 0)
    assert not Case.objects.exists()


@begins_with(None)
def test_the_whole_way_of_a_euro_agrees(till: Till, shop: Merchant) -> None:
    """A payment, its fee, a share, a refund, a reversal, a payout and its return."""
    till.active_account(make_council("north"))
    order = till.sell(make_campaign(shop, {"north": 20_000}, at=till.at))
    payment = Payment.objects.get(order=order)
    till.let_shares_leave()
    client.client().v1.refunds.create({"payment_intent": payment.payment_intent, "amount": 6_000})
    till.settle()
    payout = till.simulator.pull("payouts/now")["payout"]["id"]
    till.settle()
    till.simulator.pull(f"payout/{payout}/failed")
    till.settle()
    run = night(till)
    assert not problems()
    assert run.state == "agrees"
    kinds = set(BalanceTransaction.objects.values_list("kind", flat=True))
    assert {"transfer", "refund", "transfer_refund", "payout", "payout_failure"} <= kinds


@begins_with(None)
def test_missed_payment_is_found_and_fetched_once(till: Till, shop: Merchant) -> None:
    campaign = make_campaign(shop, {"north": 20_000}, at=till.at)
    till.pay(till.open(campaign))
    run = night(till)
    assert Payment.objects.get().state == "succeeded"
    assert run.state == "agrees"


@begins_with(None)
def test_movement_missing_in_our_books_is_a_case_until_it_is_booked(
    till: Till, shop: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = make_campaign(shop, {"north": 20_000}, at=till.at)
    till.pay(till.open(campaign))
    with monkeypatch.context() as patched:
        without_refetching(patched)
        run = night(till)
    charge = BalanceTransaction.objects.get().source
    assert problems() == {("missing", charge, 23_615, None)}
    assert (run.state, run.explained_cents) == ("differs", 23_615)
    assert Case.objects.get().reconciliation_id == run.pk
    night(till)
    assert Case.objects.get().state == "explained"
    assert Reconciliation.objects.values_list("state", flat=True)[0] == "agrees"


def test_entry_missing_at_stripe_is_a_case(till: Till) -> None:
    posting.post(
        "transfer:of nothing",
        [Line(Account.BANK_TRANSIT, 700), Line(Account.STRIPE_BALANCE, -700, stripe_id="tr_none")],
        kind="transferred",
        at=till.at,
    )
    run = night(till)
    assert problems() == {("extra", "tr_none", None, -700)}
    assert (run.state, run.stripe_cents, run.ledger_cents) == ("differs", 23_615, 22_915)


@pytest.mark.parametrize("fault", ["OURS", "STRIPE", "BANK"])
def test_correction_of_a_case_explains_it(till: Till, fault: str) -> None:
    """A transfer by hand at Stripe is booked by two operators; the next night has no case."""
    council = make_council("north")
    till.active_account(council)
    council.refresh_from_db()
    night(till, days=8)
    now = dt.datetime.fromtimestamp(till.simulator.pull("clock")["now"], dt.UTC)
    client.client().v1.transfers.create(
        {"amount": 3_112, "currency": "eur", "destination": council.stripe_account}
    )
    posting.post(
        "transfer:of nothing",
        [Line(Account.BANK_TRANSIT, 700), Line(Account.STRIPE_BALANCE, -700, stripe_id="tr_none")],
        kind="transferred",
        at=now,
    )
    night(till)
    author, other = make_user("Ada"), make_user("Ben")
    for case in Case.objects.filter(state="open").exclude(kind="balance"):
        entry = manual.propose_correction(
            case_id=case.pk, fault=manual.Fault[fault], reason="Écart", by=author, at=now
        )
        manual.post_entry(entry_id=entry.pk, by=other, at=now)
    run = night(till)
    assert not problems()
    assert (run.state, run.stripe_cents) == ("agrees", run.ledger_cents)


def test_another_amount_is_a_case_and_no_money_is_put_right(till: Till, payment: Payment) -> None:
    wrong = [Line(Account.STRIPE_BALANCE, -5, stripe_id=payment.charge), Line(Account.ROUNDING, 5)]
    posting.post("by hand", wrong, kind="test", at=till.at)
    night(till)
    assert problems() == {("amount", payment.charge, 23_615, 23_610)}
    assert books("stripe.balance") == 23_610


def test_a_fee_still_unknown_after_three_days_is_a_case_until_it_is_known(
    till: Till, payment: Payment, monkeypatch: pytest.MonkeyPatch
) -> None:
    Payment.objects.filter(pk=payment.pk).update(balance_transaction="", fee_cents=None)
    with monkeypatch.context() as patched:
        patched.setattr("billing.dispatch.refetching.refetch_fee", lambda *_, **__: None)
        night(till, days=2)
        assert not problems()
        night(till, days=1)
        assert problems() == {("late_fee", payment.charge, None, None)}
    night(till)
    assert Case.objects.get().state == "explained"
    assert Payment.objects.get().fee_cents == 385


def test_an_unknown_kind_another_currency_and_an_unexplained_sum_are_cases(till: Till) -> None:
    for name, kind, cents, currency in (
        ("txn_new", "reserve_transaction", -50, "eur"),
        ("txn_usd", "charge", 9, "usd"),
    ):
        BalanceTransaction.objects.create(
            stripe_id=name,
            kind=kind,
            amount_cents=cents,
            net_cents=cents,
            currency=currency,
            made_at=till.at,
        )
    night(till)
    assert problems() == {
        ("unknown_kind", "txn_new", -50, None),
        ("currency", "txn_usd", 9, None),
        ("balance", "stripe.balance", 23_615, 23_565),
    }


@begins_with(None)
def test_debit_on_its_way_is_no_case_and_a_failed_one_a_fee(till: Till, shop: Merchant) -> None:
    campaign = make_campaign(shop, {"north": 20_000}, at=till.at)
    order = till.buy(campaign, "sepa_failed")
    run = night(till)
    assert (run.state, problems()) == ("agrees", set())
    run = night(till, days=10)
    assert (run.state, problems()) == ("agrees", set())
    assert run.stripe_cents == run.ledger_cents == -35
    till.settle()  # its payment hears of it only now
    assert Payment.objects.get(order=order).state == "failed"
    run = night(till)
    assert (run.state, problems()) == ("agrees", set())
    assert run.stripe_cents == run.ledger_cents == -35


def test_case_closed_by_an_operator_is_not_opened_again(till: Till, shop: Merchant) -> None:
    wrong = [Line(Account.STRIPE_BALANCE, -5), Line(Account.ROUNDING, 5)]
    posting.post("by hand", wrong, kind="test", at=till.at)
    night(till)
    case = Case.objects.get()
    assert (case.kind, case.subject) == ("extra", "by hand")
    Case.objects.update(
        state="closed", closed_at=till.at, closed_by=shop.owner_id, explanation="typed by hand"
    )
    run = night(till)
    assert (run.state, problems()) == ("agrees", set())
    assert night(till, days=9).state == "agrees"


def test_a_thing_that_stripe_no_longer_knows_is_a_case_and_stops_no_night(till: Till) -> None:
    BalanceTransaction.objects.create(
        stripe_id="txn_odd",
        kind="adjustment",
        amount_cents=-900,
        net_cents=-900,
        currency="eur",
        source="adj_1Xyz",
        made_at=till.at,
    )
    run = night(till)
    assert (run.state, run.failure, run.compared) == ("differs", "", 2)
    assert ("missing", "txn_odd", -900, None) in problems()
    assert Case.objects.get(subject="txn_odd").details == "adjustment txn_odd adj_1Xyz"


def test_payment_unknown_to_stripe_has_a_late_fee_alone(till: Till, payment: Payment) -> None:
    Payment.objects.filter(pk=payment.pk).update(
        balance_transaction="", fee_cents=None, session_id="cs_test_gone"
    )
    run = night(till, days=4)
    assert (run.state, problems()) == ("differs", {("late_fee", payment.charge, None, None)})


@begins_with(None)
def test_bad_hour_of_stripe_s_fails_a_run_and_the_next_agrees(till: Till, shop: Merchant) -> None:
    till.pay(till.open(make_campaign(shop, {"north": 20_000}, at=till.at)))
    till.fail("error_before", "/v1/charges/", method="GET", times="3")
    run = night(till)
    assert (run.state, run.failure[:3], problems()) == ("failed", "500", set())
    assert night(till).state == "agrees"


@begins_with(None)
def test_refused_key_halts_all_and_fails_a_run(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    no_such_key = refusing(Problem(status=401, message="No such key"))
    monkeypatch.setattr("billing.stripe.gateway.treasury.newest_movement", no_such_key)
    assert reconcile.reconcile(at=till.at).state == "failed"
    assert StripeHalt.objects.filter(ended_at=None).exists()
