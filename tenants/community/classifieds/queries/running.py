"""Classifieds of a member that are on the board, for the page of all that runs."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from saas.kernel.offers.home_hooks import Running
from tenants.community.classifieds import rules
from tenants.community.classifieds.models import Classified

MOST_RUNNING = 40


def running(person: Any, at: dt.datetime) -> list[Running]:
    """List what a member has on the board, by the day on which it ends."""
    rows = Classified.objects.filter(author=person, closed_at=None, expires_at__gt=at)
    return [
        Running(
            row.expires_at,
            _("%(state)s · fin de l’annonce")
            % {"state": _("Réservé") if row.reserved_for_id else rules.kind_in_words(row)},
            row.title,
            row.get_absolute_url(),
            rules.symbol_of(row),
        )
        for row in rows.order_by("expires_at", "pk")[:MOST_RUNNING]
    ]
