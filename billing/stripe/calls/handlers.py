"""Handlers for a kind of call: its request, and the effects of its response here."""

import datetime as dt
from collections.abc import Callable
from typing import Any, NamedTuple

from billing.models import StripeCall
from billing.stripe.gateway.values import Answer
from billing.stripe.rules.answers import Problem
from saas.kernel.hooks import Hook

type Call = Callable[[StripeCall], Answer[Any] | None]


class Handler(NamedTuple):
    """How a kind of call is made, and how its response is handled.

    `on_success` and `on_refusal` run in the transaction that closes the call; `after_refusal` runs
    after that transaction, for a refused call.
    """

    call: Call
    find: Call
    result_id: Callable[[Any], str]
    on_success: Callable[[StripeCall, Any, dt.datetime], None]
    on_refusal: Callable[[StripeCall, Problem, dt.datetime], None]
    on_send: Callable[[StripeCall, dt.datetime], None] | None = None
    after_refusal: Callable[[StripeCall, Problem, dt.datetime], None] | None = None


# Which kind of call is handled how is said above, where everything that calls touch is known.
handler_of: Hook[[StripeCall.Kind], Handler] = Hook()
