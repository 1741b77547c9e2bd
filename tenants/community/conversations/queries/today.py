"""Meetings of today, for the home page."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Q
from django.db.models.expressions import Combinable
from django.db.models.functions import JSONObject

from tenants.community.conversations.models import Meeting
from tenants.community.conversations.queries.talks import unread_of

MOST_TODAY = 6


def today_columns(viewer: Any, at: Any, until: Any) -> dict[str, Combinable]:
    """Return a person's agreed meetings until the given time, and their unread messages."""
    agreed = Meeting.objects.filter(
        Q(conversation__asker=viewer) | Q(conversation__owner=viewer),
        state=Meeting.State.ACCEPTED,
        starts_at__gt=at,
        starts_at__lt=until,
    )
    lines = agreed.order_by("starts_at").values(
        line=JSONObject(
            reference="conversation__reference",
            title="conversation__subject_title",
            starts="starts_at",
        )
    )
    return {"meetings_today": ArraySubquery(lines[:MOST_TODAY]), "unread": unread_of(viewer)}
