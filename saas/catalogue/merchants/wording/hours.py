"""Wording of opening hours."""

import datetime as dt
import itertools
from collections.abc import Collection, Sequence

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from saas.catalogue.merchants.rules import typed_hours
from saas.catalogue.merchants.rules.shops import DAYS, Opening, OpeningState, day_name, span
from saas.kernel.display.writing import hour


def opening_in_words(state: OpeningState, now: dt.datetime) -> str:
    """Return the opening state as a short phrase for a page."""
    if state.until is not None:
        return _("Ouvert jusqu’à %(hour)s") % {"hour": hour(state.until)}
    if state.opens is None or state.days is None:
        return _("Horaires inconnus")
    if state.days == 0:
        return _("Fermé, ouvre à %(hour)s") % {"hour": hour(state.opens)}
    if state.days == 1:
        return _("Fermé, ouvre demain à %(hour)s") % {"hour": hour(state.opens)}
    day = day_name((now.weekday() + state.days) % 7)
    return _("Fermé, ouvre %(day)s à %(hour)s") % {"day": day, "hour": hour(state.opens)}


def hours_as_typed(openings: Collection[Opening]) -> str:
    """Return the hours as they are typed: lun–ven 7 h–19 h, sam 8 h–13 h."""
    names = {day: str(name).rstrip(".") for day, name in WEEKDAYS_ABBR.items()}
    return typed_hours.in_short(openings, days=names, hour=hour)


def week_in_words(openings: Collection[Opening]) -> list[tuple[str, str]]:
    """Return the week's hours in few lines: days with the same hours share a line."""
    written = [
        _(" et ").join(span(each) for each in sorted(openings) if each.weekday == day) or _("fermé")
        for day in DAYS
    ]
    runs = itertools.groupby(DAYS, key=lambda day: written[day])
    return [(_days_in_words(list(run)), hours) for hours, run in runs]


def _days_in_words(days: Sequence[int]) -> str:
    if len(days) == len(DAYS):
        return _("Tous les jours")
    if len(days) == 1:
        return capfirst(day_name(days[0]))
    names = {"first": day_name(days[0]), "last": day_name(days[-1])}
    if len(days) == 2:  # noqa: PLR2004 - two days are no span
        return capfirst(_("%(first)s et %(last)s") % names)
    return capfirst(_("du %(first)s au %(last)s") % names)
