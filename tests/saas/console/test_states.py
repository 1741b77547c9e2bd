"""Each public state is shown if it waits for an operator, or has a reason why it does not."""

from collections import defaultdict

from django.apps import apps
from django.db import models

from saas.kernel.models import SharedModel
from tests.saas.console.waiting import FIELDS, WAITING

OVER = "it has come to its end"
SENT = "a job sends it; a call that hangs or a step that fails is what waits"
BUYER = "the buyer goes on with it, or the clock ends it"
# For each field, the states that wait for no operator, by reason.
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
    "billing.CouncilMandate.state": {
        "the council submits other minutes": ("refused",),
        OVER: ("confirmed", "withdrawn"),
    },
    "billing.Refund.state": {SENT: ("approved", "sending"), OVER: ("rejected", "succeeded")},
    "billing.Dispute.state": {
        "the bank decides": ("warning_under_review", "under_review", "appeal_under_review"),
        OVER: ("warning_closed", "won", "prevented"),
    },
    "billing.Claim.state": {
        SENT: ("due", "sending"),
        OVER: ("done", "netted", "written_off", "paid_back"),
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
    "billing.ManualEntry.state": {OVER: ("posted", "refused")},
    "billing.EInvoice.state": {
        "a job sends it": ("prepared",),
        OVER: ("deposited", "approved", "paid"),
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
        "its merchant corrects the page": ("refused",),
        "the merchant goes on with it": ("draft",),
        "all is well": ("published",),
        "an operator did that": ("blocked",),
    },
    "merchants.JoinRequest.state": {OVER: ("accepted", "refused")},
    "placements.AdPreview.state": {
        "its council answers, or the ad runs": ("waiting",),
        OVER: ("accepted", "refused", "lapsed"),
    },
    "placements.Campaign.state": {BUYER: ("draft",), OVER: ("paid", "stopped")},
    "spaces.Founding.state": {
        "its founder goes on with it, or the clock forgets it": (
            *("started", "confirmed", "described", "named"),
        ),
        OVER: ("built",),
    },
    "spaces.SpaceOperation.state": {OVER: ("done",)},
    "spaces.SpaceStanding.state": {
        "its administrators prove its domain, or ask for a letter or a call": ("new",),
        OVER: ("proven", "refused"),
    },
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
    classified = defaultdict(list)
    for need in WAITING:
        classified[FIELDS[need.begin]].append(need.state)
    for name, reasons in NOBODY.items():
        classified[name] += [state for states in reasons.values() for state in states]
    assert {name: sorted(states) for name, states in classified.items()} == {
        name: sorted(states) for name, states in state_fields().items()
    }
