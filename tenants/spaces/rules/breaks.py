"""The breaks of a site: one long one, and short ones beside it."""

import datetime as dt
import re

from django.utils.translation import gettext as _

from saas.kernel.errors import Refused

MOST_BREAKS = 3
_SPAN = re.compile(
    r"([0-9]{1,2})\s*[:hH.]\s*([0-9]{2})?\s*[-–—à]+\s*([0-9]{1,2})\s*[:hH.]\s*([0-9]{2})?"
)

type Break = tuple[dt.time, dt.time]


def parse(text: str) -> list[Break]:
    """Read stored breaks: 10:00-10:15, 16:00-16:20."""
    return [
        (dt.time.fromisoformat(first), dt.time.fromisoformat(last))
        for first, last in (span.split("-") for span in text.split(", ") if span)
    ]


def checked(text: str) -> str:
    """Return typed breaks as they are stored. Raises Refused for anything else."""
    spans = [span for span in re.split(r"[,;\n]", text) if span.strip()]
    if len(spans) > MOST_BREAKS:
        raise Refused(_("Trois autres pauses au plus."), field="more_breaks")
    breaks = sorted(_break_of(span.strip()) for span in spans)
    return ", ".join(f"{first:%H:%M}-{last:%H:%M}" for first, last in breaks)


def _break_of(span: str) -> Break:
    found = _SPAN.fullmatch(span)
    hours = [int(part or 0) for part in found.groups()] if found else [0, 0, 0, 0]
    try:
        first, last = dt.time(hours[0], hours[1]), dt.time(hours[2], hours[3])
    except ValueError:
        first = last = dt.time()
    if first >= last:
        raise Refused(
            _("Écrivez chaque pause de son début à sa fin, par exemple 10:00-10:15."),
            field="more_breaks",
        )
    return first, last
