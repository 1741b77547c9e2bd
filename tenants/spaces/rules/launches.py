"""Rules of the launch day: the day on which a space's invitations begin to leave."""

import datetime as dt

from django.utils.translation import gettext as _

from saas.kernel.display.writing import shortdate
from saas.kernel.errors import Refused

MOST_DAYS_AHEAD = 366


def check_launch_day(day: dt.date | None, *, today: dt.date) -> None:
    """Raise Refused if a launch day is past or more than a year away; null is at once."""
    last = today + dt.timedelta(days=MOST_DAYS_AHEAD)
    if day is not None and not today <= day <= last:
        raise Refused(
            _("Choisissez un jour d’aujourd’hui au %(last)s.") % {"last": shortdate(last)},
            field="launches_on",
        )


def still_to_come(day: dt.date | None, *, today: dt.date) -> dt.date | None:
    """Return the launch day if invitations still wait for it."""
    return day if day is not None and day > today else None
