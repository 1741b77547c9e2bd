"""Wording of opening hours."""

import datetime as dt
import itertools
from collections.abc import Collection, Sequence

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from saas.catalogue.merchants.rules import typed_hours
from saas.catalogue.merchants.rules.closures import Closures, Shut, holiday_on
from saas.catalogue.merchants.rules.shops import DAYS, Opening, OpeningState, day_name, span
from saas.kernel.display.writing import hour, shortdate

NOTICE_DAYS = 15


def opening_in_words(state: OpeningState, now: dt.datetime) -> str:
    """Return the opening state as a short phrase for a page."""
    if state.until is not None:
        return _("Ouvert jusqu’à %(hour)s") % {"hour": hour(state.until)}
    if state.opens is None or state.days is None:
        return _shut_in_words(state.shut) if state.shut else _("Horaires inconnus")
    values = {"shut": _shut_in_words(state.shut), "hour": hour(state.opens)}
    if state.days == 0:
        return _("%(shut)s, ouvre à %(hour)s") % values
    if state.days == 1:
        return _("%(shut)s, ouvre demain à %(hour)s") % values
    if state.days > len(DAYS):
        day = shortdate(now.date() + dt.timedelta(days=state.days))
        return _("%(shut)s, ouvre le %(day)s à %(hour)s") % {**values, "day": day}
    day = day_name((now.weekday() + state.days) % 7)
    return _("%(shut)s, ouvre %(day)s à %(hour)s") % {**values, "day": day}


def _shut_in_words(shut: Shut | None) -> str:
    if shut is Shut.HOLIDAY:
        return _("Fermé, jour férié")
    return _("Fermé pour congés") if shut is Shut.OWN else _("Fermé")


def closure_notes(closures: Closures, today: dt.date) -> list[str]:
    """Return sentences about the shop's own closing and the holidays of the next two weeks."""
    notes = []
    first, last = closures.closed_from, closures.closed_until
    if first and last and last >= today:
        days = {"first": shortdate(first), "last": shortdate(last)}
        notes.append(
            _("Fermé du %(first)s au %(last)s") % days
            if first != last
            else _("Fermé le %(first)s") % days
        )
    for day in (today + dt.timedelta(days=ahead) for ahead in range(NOTICE_DAYS)):
        name = holiday_on(day, closures.postcode) if closures.postcode else ""
        if name and closures.reason(day) is not Shut.OWN:
            values = {"day": shortdate(day), "name": name}
            is_open = closures.open_on_holidays
            notes.append(
                _("Ouvert le %(day)s, %(name)s") % values
                if is_open
                else _("Fermé le %(day)s, %(name)s") % values
            )
    return notes


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
