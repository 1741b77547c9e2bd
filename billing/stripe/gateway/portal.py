"""Stripe's billing portal: its configuration for merchants, and its sessions.

Without a configuration Stripe opens the portal saved in the dashboard, and refuses if there is no
such portal (docs.stripe.com/customer-management/integrate-customer-portal). Our configuration is
found by its metadata, and named in each call.
"""

import logging
from http import HTTPStatus
from typing import Any, cast

from django.conf import settings

from billing.stripe.gateway.client import client, raising_problems
from billing.stripe.gateway.values import Answer, Link, StripeCallFailed
from billing.stripe.gateway.writes import Params, answer_of, options, without_notes
from billing.stripe.rules.answers import Problem
from saas.kernel import cache

logger = logging.getLogger(__name__)
_MOST = 100
_KIND = "portal"
# Invoices stay off: Stripe numbers its own, but the legal invoice is ours.
_FEATURES = {
    "customer_update": {"enabled": False},
    "invoice_history": {"enabled": False},
    "payment_method_update": {"enabled": True},
    "subscription_cancel": {
        "enabled": True,
        "mode": "at_period_end",
        "proration_behavior": "none",
    },
    "subscription_update": {"enabled": False},
}
# Where the store remembers which configuration is ours.
_KNOWN, _REMEMBERED_SECONDS = "billing:portal", 24 * 3600


def _tags() -> dict[str, str]:
    return {"troovon_env": settings.TROOVON_ENV, "troovon_kind": _KIND}


def configuration() -> str:
    """Fetch the id of our portal configuration; empty if it does not exist."""
    with raising_problems():
        found = client().v1.billing_portal.configurations.list({"active": True, "limit": _MOST})
        for one in found.auto_paging_iter():
            shape = one.to_dict()
            if (shape.get("metadata") or {}).items() >= _tags().items():
                return str(shape["id"])
    return ""


def set_up(*, return_url: str) -> tuple[str, bool]:
    """Make our configuration, or bring it up to date; return its id and whether it is new."""
    params: dict[str, Any] = {"features": _FEATURES, "default_return_url": return_url}
    known = configuration()
    configurations = client().v1.billing_portal.configurations
    with raising_problems():
        if known:
            configurations.update(known, cast("Any", params))
            return known, False
        return configurations.create(cast("Any", params | {"metadata": _tags()})).id, True


def open_session(params: Params, key: str) -> Answer[Link]:
    """Make an address where a merchant changes how they pay; it takes no notes of ours.

    Raises StripeCallFailed, with the code `no_configuration` where the portal was not set up at
    Stripe: `manage.py stripe_destinations` does that.
    """
    known = cache.stored_value(_KNOWN, "")
    if known:
        try:
            return _visit(params, known, key)
        except StripeCallFailed as no:
            if no.problem.param != "configuration":
                raise  # else it was recreated since: search for it
    ours = configuration()
    if not ours:
        logger.error("the portal is not set up at Stripe: run stripe_destinations")
        raise StripeCallFailed(Problem(HTTPStatus.BAD_REQUEST, code="no_configuration"))
    cache.store_value(_KNOWN, ours, seconds=_REMEMBERED_SECONDS)
    return _visit(params, ours, key)


def _visit(params: Params, ours: str, key: str) -> Answer[Link]:
    named = {**without_notes(params), "configuration": ours}
    # Other parameters need another key: a deleted configuration is replaced by another.
    once = options(f"{key}:{ours}")
    with raising_problems():
        made = client().v1.billing_portal.sessions.create(cast("Any", named), once)
    return answer_of(made, lambda shape: Link(str(shape["id"]), str(shape["url"])))
