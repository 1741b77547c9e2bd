"""Meetings of a member that are agreed or proposed, for the page of all that runs."""

import datetime as dt
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from saas.kernel.offers.home_hooks import Running
from tenants.community.conversations.models import Meeting

MOST_RUNNING = 40


def running(person: Any, at: dt.datetime) -> list[Running]:
    """List a member's meetings to come, the next first; a proposal of the other side is due."""
    sides = Q(conversation__asker=person) | Q(conversation__owner=person)
    rows = Meeting.objects.filter(
        sides, state__in=[Meeting.State.PROPOSED, Meeting.State.ACCEPTED], starts_at__gt=at
    )
    return [
        Running(
            row.starts_at,
            _words(row, person),
            row.conversation.subject_title,
            reverse("conversations:detail", args=[row.conversation.reference]),
            "message-circle",
            due=_waits_for(row, person),
        )
        for row in rows.select_related("conversation").order_by("starts_at")[:MOST_RUNNING]
    ]


def _waits_for(row: Meeting, person: Any) -> bool:
    return row.state == Meeting.State.PROPOSED and row.proposer_id != person.pk


def _words(row: Meeting, person: Any) -> str:
    if row.state == Meeting.State.ACCEPTED:
        return _("Remise en main propre")
    if _waits_for(row, person):
        return _("Moment proposé : à vous de répondre")
    return _("Moment proposé : en attente de réponse")
