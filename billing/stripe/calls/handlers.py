"""The form of what handles one kind of call: its request, and what its answer changes here."""

import datetime as dt
from collections.abc import Callable
from typing import Any, NamedTuple

from billing.models import StripeCall
from billing.stripe.gateway.values import Answer
from billing.stripe.rules.answers import Problem
from saas.kernel.hooks import Hook

type Call = Callable[[StripeCall], Answer[Any] | None]


class Handler(NamedTuple):
    """How one kind of call is made, and what is done with what comes back.

    `on_success` and `on_refusal` run in the transaction that closes the call, `after_refusal` after
    one that was refused.
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
