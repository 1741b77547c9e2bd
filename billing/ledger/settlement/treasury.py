"""The minimum on our Stripe balance: promised to councils, or to be asked back by merchants."""

import datetime as dt
from typing import Any

from billing.ledger.queries.balances import sums_at
from billing.ledger.queries.reconciliation import refunded_since
from billing.ledger.rules import reserve
from billing.models import StripeCall
from billing.stripe.calls.prepare import prepare
from billing.stripe.gateway import treasury
from billing.stripe.gateway.values import Answer
from billing.stripe.queries.due import open_call_of

ITSELF = 0  # our own balance has no row
TWO_WEEKS = dt.timedelta(days=14)


def prepare_reserve(*, at: dt.datetime) -> StripeCall | None:
    """Prepare the call that sets the minimum balance at Stripe, unless it is set already."""
    if open_call_of(StripeCall.Kind.TREASURY, ITSELF):
        return None
    wanted = reserve.params_of(
        reserve.minimum_cents_of(sums_at(at), refunds_cents=refunded_since(at - TWO_WEEKS))
    )
    last_call = StripeCall.objects.filter(
        kind=StripeCall.Kind.TREASURY, state=StripeCall.State.DONE
    ).last()
    if last_call is not None and last_call.params["payments"] == wanted["payments"]:
        return None
    return prepare(StripeCall.Kind.TREASURY, ITSELF, wanted)


def send_minimum(call: StripeCall) -> Answer[str]:
    """Set the minimum balance at Stripe; its settings accept no metadata."""
    return treasury.set_minimum({"payments": call.params["payments"]}, call.key)


def find_minimum(call: StripeCall) -> Answer[str] | None:
    """Return an answer if Stripe already has this minimum balance."""
    if treasury.minimum_cents() != reserve.minimum_of(call.params):
        return None
    return Answer("balance_settings", "", None)


def on_success(_call: StripeCall, _answer: Any, _at: dt.datetime) -> None:
    """Change nothing: Stripe stores the amount, and the call contains it."""
