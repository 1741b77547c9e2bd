"""Each state of what stands in public waits for an operator and is said, or waits for none."""

import datetime as dt
from collections.abc import Callable
from functools import partial

import pytest
from django.apps import apps
from django.db import models

from billing.models import (
    AccountChange,
    Case,
    Claim,
    Council,
    Dispute,
    Invoice,
    Payment,
    Reconciliation,
    Refund,
    Restitution,
    Sale,
    Share,
    StripeCall,
    TaxPayment,
)
from saas.kernel.models import SharedModel
from tests.factories.records import make_dispute, make_event, make_statement
from tests.fixtures.billing import begins_with, paid
from tests.fixtures.people import AT, SpaceClient
from tests.saas.console import test_needs as needs
from tests.saas.console.conftest import failed_founding
from tests.saas.console.test_needs import DAY, calm
from tests.tenants.community.council.reading import text_of

__all__ = ["calm"]

type Begin = Callable[[Payment, dt.datetime], object]


def share(state: str, _payment: Payment, at: dt.datetime) -> None:
    Share.objects.update(state=state, release_at=at - 2 * DAY)


def refund(state: str, payment: Payment, at: dt.datetime) -> None:
    """A refund that Stripe took two weeks ago and more."""
    then = at - 15 * DAY
    Refund.objects.create(
        payment=payment, amount_cents=1, state=state, requested_at=then, accepted_at=then
    )


def dispute(state: str, payment: Payment, at: dt.datetime) -> Dispute:
    return make_dispute(
        payment,
        at=at,
        sale=Sale.objects.earliest("pk"),
        state=state,
        stripe_id="dp_1",
        amount_cents=1,
    )


def claim(_payment: Payment, at: dt.datetime) -> None:
    owing = Share.objects.earliest("pk")
    Claim.objects.create(share=owing, amount_cents=1, state="owed", due_at=at - 31 * DAY)


def restitution(payment: Payment, at: dt.datetime) -> None:
    won = dispute("won", payment, at)
    restored = Share.objects.earliest("pk")
    Restitution.objects.create(dispute=won, share=restored, amount_cents=1, due_at=at - 2 * DAY)


def tax(state: str, _payment: Payment, at: dt.datetime) -> None:
    bill = make_statement(Council.objects.get().pk, at=at, rendered_at=at)
    asked_at = at if state == "owed" else None
    TaxPayment.objects.create(
        statement=bill,
        amount_cents=1,
        state=state,
        due_at=at - 2 * DAY,
        write_off_asked_at=asked_at,
    )


def call(state: str, _payment: Payment, at: dt.datetime) -> None:
    StripeCall.objects.create(
        kind="tax",
        subject_id=1,
        params={},
        key="k",
        state=state,
        failure="no answer",
        created_at=at - DAY,
    )


def event(_payment: Payment, at: dt.datetime) -> None:
    make_event("charge.refunded", state="parked", received_at=at)


def case(_payment: Payment, at: dt.datetime) -> None:
    Case.objects.create(kind="missing", subject="ch_1", opened_at=at)


def reconciliation(_payment: Payment, at: dt.datetime) -> None:
    day = at.date()
    Reconciliation.objects.create(first_day=day, last_day=day, begun_at=at - 2 * DAY)


def account(state: str, _payment: Payment, at: dt.datetime) -> None:
    Council.objects.update(account_state=state, account_seen_at=at)


def payouts(state: str, _payment: Payment, at: dt.datetime) -> None:
    Council.objects.update(payouts_state=state, account_seen_at=at)


def confirmed_change(payment: Payment, at: dt.datetime) -> None:
    needs.account_that_is_replaced(payment, at)
    AccountChange.objects.update(
        state="confirmed",
        confirmed_at=at,
        confirmed_by_reference="M-2",
        confirmed_by_name="Karim",
    )


def invoice(state: str, _payment: Payment, at: dt.datetime) -> None:
    Invoice.objects.update(state=state, mailed_at=None, issued_at=at - DAY)


def founding(state: str, _payment: Payment, at: dt.datetime) -> None:
    failed_founding(state=state, queued_at=at - DAY)


def operation(state: str, _payment: Payment, at: dt.datetime) -> None:
    needs.requested_operation(at - DAY, state)


def each(begin: Callable[[str, Payment, dt.datetime], object], *states: str) -> dict[str, Begin]:
    return {state: partial(begin, state) for state in states}


# For each field the states in which a person is waited for, and how one comes about.
WAITING: dict[str, dict[str, Begin]] = {
    "billing.Share.state": each(share, "held", "releasable", "waiting_account"),
    "billing.Refund.state": each(
        refund, "requested", "pending", "requires_action", "failed", "canceled"
    ),
    "billing.Dispute.state": each(
        dispute, "warning_needs_response", "needs_response", "appeal_needs_response", "lost"
    ),
    "billing.Claim.state": {"owed": claim},
    "billing.Restitution.state": {"due": restitution},
    "billing.TaxPayment.state": each(tax, "due", "owed"),
    "billing.StripeCall.state": each(call, "pending", "in_flight", "unknown", "parked"),
    "billing.StripeEvent.state": {"parked": event},
    "billing.Case.state": {"open": case},
    "billing.Reconciliation.state": {
        "running": reconciliation,
        "failed": needs.reconciliation_that_broke_off,
    },
    "billing.Payout.state": {"failed": needs.payout_that_came_back},
    "billing.Payment.state": {"processing": needs.debit_without_an_answer},
    "billing.Subscription.state": {"past_due": needs.subscription_that_is_not_paid},
    "billing.Invoice.state": each(invoice, "issued", "rendered"),
    "billing.Council.account_state": {
        "none": needs.council_without_an_account,
        **each(account, "created", "onboarding", "restricted", "rejected", "unsupported", "closed"),
    },
    "billing.Council.payouts_state": each(payouts, "restricted", "unsupported", "rejected"),
    "billing.AccountChange.state": {
        "asked": needs.account_that_is_replaced,
        "confirmed": confirmed_change,
    },
    "spaces.Founding.state": each(founding, "queued", "building", "failed"),
    "spaces.SpaceOperation.state": each(operation, "due", "running", "failed"),
}

OVER = "it has come to its end"
SENT = "a job sends it; a call that hangs or a step that fails is what waits"
BUYER = "the buyer goes on with it, or the clock ends it"
# For each field the states in which no operator is waited for, by the reason.
NOBODY: dict[str, dict[str, tuple[str, ...]]] = {
    "billing.Share.state": {
        SENT: ("sending",),
        "its dispute is what waits": ("frozen",),
        OVER: ("netted", "transferred", "partly_reversed", "reversed", "cancelled"),
    },
    "billing.Transfer.state": {
        SENT: ("pending", "in_flight", "unknown"),
        "its share is due again, and waits if it cannot leave": ("refused",),
        OVER: ("done",),
    },
    "billing.Refund.state": {SENT: ("approved", "sending"), OVER: ("rejected", "succeeded")},
    "billing.Dispute.state": {
        "the bank decides": ("warning_under_review", "under_review", "appeal_under_review"),
        OVER: ("warning_closed", "won", "prevented"),
    },
    "billing.Claim.state": {
        SENT: ("due", "sending"),
        OVER: ("done", "netted", "written_off"),
    },
    "billing.Restitution.state": {SENT: ("sending",), OVER: ("done", "netted")},
    "billing.TaxPayment.state": {SENT: ("sending",), OVER: ("done", "netted", "written_off")},
    "billing.StripeCall.state": {
        OVER: ("done",),
        "what asked for it has a state of its own": ("failed",),
    },
    "billing.StripeEvent.state": {
        "a job reads it; that job's delay is a trouble": ("received",),
        OVER: ("processed", "ignored"),
    },
    "billing.Case.state": {OVER: ("explained", "closed")},
    "billing.Reconciliation.state": {
        OVER: ("agrees",),
        "its open cases are what waits": ("differs",),
    },
    "billing.Payout.state": {
        "the bank brings it": ("pending", "in_transit"),
        OVER: ("paid", "canceled"),
    },
    "billing.Payment.state": {
        BUYER: ("opened",),
        OVER: ("succeeded", "failed", "expired", "canceled"),
    },
    "billing.Order.state": {
        BUYER: ("draft", "priced", "awaiting_payment"),
        "its payment is what waits": ("processing",),
        OVER: ("paid", "partly_refunded", "refunded", "cancelled"),
    },
    "billing.Subscription.state": {
        BUYER: ("opening",),
        "it is paid": ("active", "ending"),
        OVER: ("ended",),
    },
    "billing.Invoice.state": {OVER: ("sent", "credited_partly", "credited")},
    "billing.Council.account_state": {
        "all is well": ("active",),
        "the council says when it has become a legal person, and that waits": (
            "no_legal_personality",
        ),
    },
    "billing.Council.payouts_state": {
        "its account is what waits": ("none",),
        "Stripe looks at it": ("pending",),
        "all is well": ("active",),
    },
    "billing.AccountChange.state": {OVER: ("done", "cancelled")},
    "billing.AccountChange.new_account_state": {
        "the change itself is what waits, until it is done or given up": (
            *("none", "no_legal_personality", "created", "onboarding", "active"),
            *("restricted", "rejected", "unsupported", "closed"),
        )
    },
    "merchants.Merchant.state": {
        "the merchant goes on with it": ("draft",),
        "all is well": ("published",),
        "an operator did that": ("blocked",),
    },
    "placements.Campaign.state": {BUYER: ("draft",), OVER: ("paid", "stopped")},
    "spaces.Founding.state": {
        "its founder goes on with it, or the clock forgets it": (
            *("started", "confirmed", "described", "named"),
        ),
        OVER: ("built",),
    },
    "spaces.SpaceOperation.state": {OVER: ("done",)},
    "spaces.Tenant.state": {
        "all is well": ("active",),
        "an operator or an administrator did that": ("suspended", "archived", "deleted"),
    },
    "spaces.Treaty.state": {
        "the other space answers": ("proposed",),
        "all is well": ("accepted",),
        OVER: ("declined", "withdrawn", "revoked"),
    },
    "spaces.DomainClaim.state": {
        "its company publishes the proof": ("waiting",),
        "all is well": ("proven",),
        "its company was mailed": ("lost",),
    },
}


def state_fields() -> dict[str, set[str]]:
    """Every state that a column of a shared table can hold, by model and field."""
    return {
        f"{model._meta.label}.{field.name}": {str(value) for value, _label in field.flatchoices}
        for model in apps.get_models()
        if issubclass(model, SharedModel) and model._meta.managed
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField) and f"_{field.name}".endswith("_state")
        if field.choices
    }


def test_each_state_is_classified_as_waiting_for_an_operator_or_for_none() -> None:
    classified = {
        name: [
            *WAITING.get(name, ()),
            *(s for states in NOBODY.get(name, {}).values() for s in states),
        ]
        for name in {*WAITING, *NOBODY}
    }
    assert {name: sorted(states) for name, states in classified.items()} == {
        name: sorted(states) for name, states in state_fields().items()
    }


@begins_with(paid)
@pytest.mark.parametrize(
    ("name", "state"), [(name, state) for name, states in WAITING.items() for state in states]
)
def test_state_that_waits_for_an_operator_is_not_nothing_to_do(
    calm: SpaceClient, payment: Payment, name: str, state: str
) -> None:
    WAITING[name][state](payment, AT)
    model, _, field = name.rpartition(".")
    assert apps.get_model(model)._default_manager.filter(**{field: state}).exists()  # noqa: SLF001 - any model
    assert "Rien à traiter" not in text_of(calm, "/")
