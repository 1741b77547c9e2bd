"""Notifications about webhooks, for the administrators of the space."""

import datetime as dt

from saas.kernel.notifying import Event, Kind, notify, written
from tenants.community.integrations import rules
from tenants.community.integrations.models import WebhookEndpoint
from tenants.community.members.queries import people as member_queries


def notify_paused(
    endpoint: WebhookEndpoint, *, failing_since: dt.datetime, at: dt.datetime
) -> None:
    """Notify the administrators a single time per outage that an endpoint was paused."""
    context = {"endpoint": endpoint, "since": failing_since}
    event = Event(
        key=f"webhook-paused:{endpoint.reference}:{failing_since.isoformat()}",
        kind=Kind.DUTIES,
        path=endpoint.get_absolute_url(),
        about=rules.about(endpoint.reference),
        words=lambda: written("webhook_paused", context),
    )
    people = member_queries.administrator_ids()
    notify(event, to=people, at=at)
