"""Classifieds of a member that are on the board, for the page of all that runs."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from saas.kernel.offers.home_hooks import Act, Running
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
            act=_closing(row),
        )
        for row in rows.select_related("reserved_for").order_by("expires_at", "pk")[:MOST_RUNNING]
    ]


def _closing(row: Classified) -> Act | None:
    """Return the button that closes a reserved classified, with the person it is reserved for."""
    if row.reserved_for is None:
        return None
    return Act(
        reverse("classifieds:close", args=[row.reference]),
        _("Conclu avec %(name)s") % {"name": row.reserved_for.first_name},
        {"outcome": Classified.Outcome.HERE.value, "closed_with": row.reserved_for.reference},
    )
