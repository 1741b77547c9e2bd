"""Objects that differ are fetched again, and all that a case names, each as its kind of object."""

import datetime as dt
from typing import Any

import pytest

from billing.councils.settlement import payouts, reversals
from billing.dispatch import events as routes
from billing.dispatch import refetching
from billing.ledger.queries.reconciliation import Difference
from billing.ledger.settlement import reconcile
from billing.models import Case, Payment, Payout, Share, StripeHalt, Transfer
from billing.orders.settlement import payments
from billing.stripe import events
from billing.stripe.events import NeedsOperator
from billing.stripe.gateway import reads, treasury
from billing.stripe.gateway.values import StripeCallFailed
from billing.stripe.rules.answers import Problem
from saas.catalogue.placements.models import Campaign
from tests.factories.billing import make_council, make_sale
from tests.factories.stripe_objects import refusing
from tests.fixtures.people import AT

pytestmark = pytest.mark.django_db


class Fetches:
    """The objects fetched again, and the answer of each endpoint."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, at: dt.datetime) -> None:
        self.at = at
        self.fetched: list[tuple[object, ...]] = []
        self.trouble: dict[str, Exception] = {}
        monkeypatch.setattr(routes, "refetch", self._refetch)
        monkeypatch.setattr(payouts, "sync", self._payout)
        monkeypatch.setattr(reversals, "sync", self._reversal)
        monkeypatch.setattr(treasury, "transfer_of_reversal", {"txn_back": "tr_1"}.get)

    def _refetch(self, kind: str, object_id: str, **_: object) -> None:
        self.fetched.append((kind, object_id))
        if object_id in self.trouble:
            raise self.trouble[object_id]

    def _payout(self, stripe_id: str, **changes: Any) -> None:
        self.fetched.append(
            ("payout", stripe_id, changes.get("account", ""), changes.get("council_id"))
        )

    def _reversal(self, transfer_id: int, **_: object) -> None:
        self.fetched.append(("reversal", transfer_id))

    def case(self, subject: str, details: str = "") -> None:
        """Look at a case again."""
        case = Case(kind=Case.Kind.EXTRA, subject=subject, details=details, opened_at=self.at)
        refetching.refetch_case(case, at=self.at)

    def difference(self, kind: str, *, movement: str = "", source: str = "") -> bool:
        """Refetch a difference; return True if it is in transit."""
        found = Difference(
            subject=source or movement,
            kind=kind,
            movement=movement,
            source=source,
            made_at=self.at,
            stripe_cents=1,
            ledger_cents=None,
            ledger_transaction_id=None,
        )
        return refetching.refetch(found, at=self.at)

    def fee(self) -> None:
        """Refetch the fee of the only payment."""
        refetching.refetch_fee(Payment.objects.get(), at=self.at)


@pytest.fixture
def fetches(db: None, monkeypatch: pytest.MonkeyPatch) -> Fetches:
    return Fetches(monkeypatch, AT)


@pytest.fixture
def transfer(campaign: Campaign) -> Transfer:
    """A share that was sent under the name tr_1."""
    make_council("north")
    make_sale(campaign, at=AT)
    return Transfer.objects.create(
        share=Share.objects.get(), amount_cents=100, created_at=AT, stripe_id="tr_1"
    )


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("cs_1", "checkout.session.completed"),
        ("in_1", "invoice.paid"),
        ("ch_1", "charge.updated"),
        ("py_1", "charge.updated"),
        ("re_1", "refund.updated"),
        ("pyr_1", "refund.updated"),
        ("tr_1", "transfer.updated"),
        ("du_1", "charge.dispute.updated"),
        ("dp_1", "charge.dispute.updated"),
    ],
)
def test_object_that_a_case_names_is_fetched(fetches: Fetches, word: str, kind: str) -> None:
    fetches.case(word)
    assert fetches.fetched == [(kind, word)]


def test_each_thing_in_the_words_of_a_case_is_fetched_once(fetches: Fetches) -> None:
    fetches.case("ch_1", "payment re_2: ch_1 for order_of nobody x_1 ch_ _ch")
    assert fetches.fetched == [("charge.updated", "ch_1"), ("refund.updated", "re_2")]


@pytest.mark.parametrize("trouble", [NeedsOperator("who is this"), events.NotYet("soon")])
def test_trouble_with_one_object_holds_no_other_back(fetches: Fetches, trouble: Exception) -> None:
    fetches.trouble["ch_1"] = trouble
    fetches.case("ch_1", "re_2")
    assert fetches.fetched == [("charge.updated", "ch_1"), ("refund.updated", "re_2")]


def test_a_refused_key_is_a_halt_and_an_unknown_object_is_not(fetches: Fetches) -> None:
    fetches.trouble["ch_1"] = StripeCallFailed(Problem(status=404, message="No such charge"))
    fetches.case("ch_1")
    assert not StripeHalt.objects.exists()
    fetches.trouble["ch_1"] = StripeCallFailed(Problem(status=401, message="Expired API Key"))
    fetches.case("ch_1", "re_2")
    assert StripeHalt.objects.get().reason == "Expired API Key"
    assert fetches.fetched[-1] == ("refund.updated", "re_2")


def test_a_payout_is_fetched_where_it_happened(fetches: Fetches) -> None:
    council = make_council("north", account="acct_north")
    for name, owner, account in (
        ("po_ours", None, ""),
        ("po_theirs", council, ""),
        ("po_replaced", council, "acct_old"),
    ):
        Payout.objects.create(
            stripe_id=name, council=owner, account=account, state="paid", amount_cents=1, made_at=AT
        )
    for name in ("po_ours", "po_theirs", "po_replaced", "po_unknown"):
        fetches.case(name)
    assert fetches.fetched == [
        ("payout", "po_ours", "", None),
        ("payout", "po_theirs", "acct_north", council.pk),
        ("payout", "po_replaced", "acct_old", council.pk),
        ("payout", "po_unknown", "", None),
    ]


def test_move_that_took_a_transfer_back_refetches_it(fetches: Fetches, transfer: Transfer) -> None:
    fetches.case("txn_back", "transfer_refund txn_back")
    assert fetches.fetched == [("reversal", transfer.pk)]
    fetches.case("txn_back", "charge txn_back")
    fetches.case("txn_other", "transfer_refund")
    assert len(fetches.fetched) == 1


@pytest.mark.parametrize(
    ("kind", "fetched_kind"),
    [
        ("charge", "charge.updated"),
        ("payment", "charge.updated"),
        ("payment_failure_refund", "charge.updated"),
        ("refund", "refund.updated"),
        ("payment_refund", "refund.updated"),
        ("refund_failure", "refund.updated"),
        ("transfer", "transfer.updated"),
        ("adjustment", "charge.dispute.updated"),
    ],
)
def test_a_balance_transaction_refetches_the_object_of_its_source(
    fetches: Fetches, monkeypatch: pytest.MonkeyPatch, kind: str, fetched_kind: str
) -> None:
    monkeypatch.setattr(reads, "payment_intent_of_charge", lambda _: "")
    assert not fetches.difference(kind, source="x_1")
    assert not fetches.difference(kind)
    assert fetches.fetched == [(fetched_kind, "x_1")]


@pytest.mark.parametrize("kind", ["payout", "payout_failure", "payout_cancel"])
def test_a_move_to_a_bank_has_its_payout_fetched(fetches: Fetches, kind: str) -> None:
    fetches.difference(kind, source="po_1")
    fetches.difference(kind)
    assert fetches.fetched == [("payout", "po_1", "", None)]


def test_move_that_came_back_has_its_transfer_fetched(fetches: Fetches, transfer: Transfer) -> None:
    fetches.difference("transfer_refund", movement="txn_back")
    fetches.difference("transfer_refund", movement="txn_other")
    fetches.difference("stripe_fee", movement="txn_back", source="x")
    assert fetches.fetched == [("reversal", transfer.pk)]


def test_only_a_debit_that_runs_is_on_its_way(
    fetches: Fetches, transfer: Transfer, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = Payment.objects.get()
    monkeypatch.setattr(reads, "payment_intent_of_charge", {"py_1": payment.payment_intent}.get)
    assert not fetches.difference("payment", source="py_1")
    Payment.objects.update(state="processing")
    assert fetches.difference("payment", source="py_1")
    assert not fetches.difference("payment", source="py_2")
    assert not fetches.difference("charge", source="py_1")
    fetches.trouble["py_1"] = NeedsOperator("another amount")
    assert not fetches.difference("payment", source="py_1")


def test_search_for_a_fee_stops_at_nothing(
    transfer: Transfer, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests = []

    def sync(payment_id: int, *, at: dt.datetime) -> None:
        requests.append(payment_id)
        raise NeedsOperator("another amount")

    monkeypatch.setattr(payments, "sync", sync)
    refetching.refetch_fee(Payment.objects.get(), at=AT)
    assert requests == [Payment.objects.get().pk]


ABOUT_ONE_THING = [
    pytest.param(Problem(status=404, code="resource_missing"), id="nothing is there"),
    pytest.param(Problem(status=400, code="parameter_invalid"), id="the name is none"),
    pytest.param(Problem(status=403, code="account_invalid"), id="an account that is gone"),
]
ABOUT_ALL = [
    pytest.param(Problem(status=401), id="our key is refused"),
    pytest.param(Problem(status=403), id="our key may not"),
    pytest.param(Problem(status=None), id="no answer"),
    pytest.param(Problem(status=429), id="too many questions"),
    pytest.param(Problem(status=500), id="an outage"),
]


@pytest.mark.parametrize("problem", ABOUT_ONE_THING)
def test_refusal_of_one_object_counts_as_not_found(
    fetches: Fetches, transfer: Transfer, monkeypatch: pytest.MonkeyPatch, problem: Problem
) -> None:
    fetches.trouble["x_1"] = StripeCallFailed(problem)
    assert fetches.difference("adjustment", source="x_1") is False
    monkeypatch.setattr(payments, "sync", refusing(problem))
    fetches.fee()
    monkeypatch.setattr(reads, "payment_intent_of_charge", refusing(problem))
    assert fetches.difference("payment", source="py_1") is False
    assert not StripeHalt.objects.exists()


@pytest.mark.parametrize("problem", ABOUT_ALL)
def test_refusal_of_every_request_is_raised(
    fetches: Fetches, transfer: Transfer, monkeypatch: pytest.MonkeyPatch, problem: Problem
) -> None:
    fetches.trouble["x_1"] = StripeCallFailed(problem)
    monkeypatch.setattr(payments, "sync", refusing(problem))
    with pytest.raises(StripeCallFailed):
        fetches.difference("adjustment", source="x_1")
    with pytest.raises(StripeCallFailed):
        fetches.fee()


@pytest.mark.parametrize(
    ("kind", "state", "looked", "compared"),
    [("extra", "open", 1, 1), ("misfit", "open", 1, 0), ("extra", "explained", 0, 0)],
)
def test_a_case_is_looked_at_while_it_is_open_and_a_night_s_is_compared_again(
    fetches: Fetches,
    monkeypatch: pytest.MonkeyPatch,
    *,
    kind: str,
    state: str,
    looked: int,
    compared: int,
) -> None:
    nights: list[dt.datetime] = []
    monkeypatch.setattr(reconcile, "reconcile", lambda *, at: nights.append(at))
    case = Case.objects.create(kind=kind, subject="ch_1", state=state, opened_at=AT)
    reconcile.refetch_case(case.pk, at=AT)
    case.refresh_from_db()
    assert (len(fetches.fetched), len(nights)) == (looked, compared)
    assert case.tried_at == (AT if looked else None)
