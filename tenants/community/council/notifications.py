"""Notifications of this room."""

import datetime as dt
from typing import Any

from django.urls import reverse

from saas.kernel.notifying import Event, Kind, notify, written


def notify_month(
    reference: str, month: dt.date, *, to: list[int], context: dict[str, Any], at: dt.datetime
) -> None:
    """Send a council the sums of a whole month."""
    event = Event(
        key=f"council-month:{month:%Y-%m}:{reference}",
        kind=Kind.DUTIES,
        path=reverse("council:overview"),
        words=lambda: written("council_month", {"month": month, **context}),
    )
    notify(event, to=to, at=at)
