"""Copies that a member has borrowed, for the page of all that runs."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from saas.kernel.offers.home_hooks import Running
from tenants.community.mediastore.models import Borrowing
from tenants.community.mediastore.rules import shelf as rules

MOST_RUNNING = 40


def running(person: Any, _at: dt.datetime) -> list[Running]:
    """List the copies in a member's hands, by the day on which they come back."""
    rows = Borrowing.objects.filter(borrower=person, returned_at=None).select_related("medium")
    return [
        Running(
            row.due_at,
            _("Retour automatique"),
            row.medium.title,
            row.medium.get_absolute_url(),
            rules.SYMBOLS[row.medium.kind],
        )
        for row in rows.order_by("due_at", "pk")[:MOST_RUNNING]
    ]
