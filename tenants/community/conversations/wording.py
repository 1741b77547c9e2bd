"""Words about meetings of today, for the home page."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from saas.kernel.offers import home_hooks


def agenda(found: dict[str, Any], _at: dt.datetime) -> list[home_hooks.Agenda]:
    """Tell when somebody meets a colleague about a thing today."""
    return [
        home_hooks.Agenda(
            dt.datetime.fromisoformat(one["starts"]),
            _("Remise en main propre"),
            one["title"],
            reverse("conversations:detail", args=[one["reference"]]),
            "message-circle",
        )
        for one in found["meetings_today"]
    ]
