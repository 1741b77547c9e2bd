"""Gatherings of a member that are to come, for the page of all that runs."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from saas.kernel.offers.home_hooks import Running
from tenants.community.gatherings.queries import board


def running(person: Any, at: dt.datetime) -> list[Running]:
    """List what a member organises, comes to or waits for, the next first."""
    words = {"coming": _("J’y vais"), "waiting": _("J’attends")}
    return [
        Running(
            row.starts_at,
            f"{words.get(row.mine) or _('J’organise')} · {row.place}",
            row.title,
            row.url,
            row.symbol,
        )
        for row in board.mine(person, at=at).ahead
    ]
