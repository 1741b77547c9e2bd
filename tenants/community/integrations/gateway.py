"""Outgoing requests of a space: a single attempt with a short timeout, to the open internet.

Redirects are not followed, and the whole request ends within some seconds, however slowly the
receiver responds. The guard (`kernel.web.outgoing`) decides on permitted addresses.
"""

import ssl
import time

from django.conf import settings

from saas.kernel.web import outgoing
from saas.kernel.web.hosts import SilentHostError
from tenants.community.integrations import rules
from tenants.community.integrations.queries import WebhookRequest

WHOLE_SECONDS = 8.0
_REDIRECTS = range(300, 400)


def send(webhook_request: WebhookRequest) -> rules.Outcome:
    """Post a webhook request once, and return its outcome. Raises BusyError before it is begun."""
    began = time.monotonic()
    status, failure = None, ""
    try:
        status = outgoing.post_for_status(
            webhook_request.url,
            webhook_request.body,
            webhook_request.headers,
            seconds=WHOLE_SECONDS,
            local=settings.WEBHOOK_LOCAL_RECEIVERS,
        )
        failure = "redirect" if status in _REDIRECTS else ""
    except outgoing.AddressRefusedError:
        failure = "internal"
    except (OSError, ValueError) as error:
        failure = _kind_of(error)
    return rules.Outcome(status, failure, round((time.monotonic() - began) * 1000))


def _kind_of(error: Exception) -> str:
    if isinstance(error, outgoing.UnknownHostError):
        return "unknown"
    if isinstance(error, ssl.SSLError):
        return "tls"
    if isinstance(error, TimeoutError | SilentHostError):
        return "slow"
    return "connection"
