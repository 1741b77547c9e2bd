"""Links to Stripe valid for a single person and some minutes; the cache forgets them after that."""

import datetime as dt

from billing.models import StripeCall
from billing.stripe.gateway.values import Link
from billing.stripe.queries.calls import link_name
from saas.kernel import cache

LASTS = dt.timedelta(minutes=4)


def on_success(call: StripeCall, link: Link, _at: dt.datetime) -> None:
    """Keep the address that a call brought, for the page that waits for it."""
    cache.store_value(link_name(call.uuid), link.url, seconds=int(LASTS.total_seconds()))
