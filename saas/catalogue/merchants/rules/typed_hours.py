"""Opening hours as they are said: "lun–ven 7 h–12 h 30 et 14 h–19 h, sam 8 h–13 h, fermé dim".

French and English are read alike, whatever the language of the page.
"""

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext as _

from saas.catalogue.merchants.rules.shops import DAYS, Opening, check_hours, day_name
from saas.geocoding.rules import plain_text
from saas.kernel.errors import Refused

LONGEST = 300
_DAY_NAMES = (
    ("lundi", "monday"),
    ("mardi", "tuesday"),
    ("mercredi", "wednesday"),
    ("jeudi", "thursday"),
    ("vendredi", "friday"),
    ("samedi", "saturday"),
    ("dimanche", "sunday"),
)
_SHORTEST_NAME = 3
_WORDS = {
    "every": {"tous les jours", "7j/7", "7/7", "every day", "everyday", "daily", "all week"},
    "workdays": {"en semaine", "la semaine", "weekdays"},
    "weekend": {"week-end", "week-ends", "weekend", "weekends"},
    "except": {"sauf", "except", "hors"},
    "closed": {"ferme", "fermee", "closed", "fermeture"},
    "to": {"a", "au", "to", "till", "until", "jusqu'a", "through"},
    "and": {"et", "and", "puis", "then", "&", "+"},
    "": {"du", "de", "des", "le", "la", "les", "ouvert", "open", "from", "on", "the", "between"},
}
_KINDS = {word: kind for kind, words in _WORDS.items() for word in words}
_PHRASES = "|".join(re.escape(word) for word in sorted(_KINDS, key=len, reverse=True))
_TOKEN = re.compile(
    rf"""\s*(?:
      (?P<always>24\s*h?\s*/\s*24)
    | (?P<noon>midi|noon) | (?P<midnight>minuit|midnight)
    | (?P<phrase>(?:{_PHRASES})(?![a-z0-9]))
    | (?P<hour>\d{{1,2}})\s*(?:[h:.]\s*(?P<minute>\d{{2}}(?!\s*[h:.]|\d))?)?
      (?:\s*(?P<half>[ap])\.?m\b\.?)?
    | (?P<dash>-) | (?P<comma>[,;\n/|])
    | (?P<word>[a-z]+\.?)
    | (?P<other>\S)
    )""",
    re.VERBOSE,
)
_HALF_A_DAY, _NOON_HOUR, _LAST_HOUR, _LAST_MINUTE = 12, 12, 24, 59


class _Token(NamedTuple):
    """A word of the text: its kind, its value, and its own spelling."""

    kind: str
    value: int
    text: str


@dataclass
class _Group:
    """Days that share their openings; `is_closed`: they have no opening."""

    days: list[int] = field(default_factory=list)
    spans: list[tuple[dt.time, dt.time]] = field(default_factory=list)
    is_closed: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether hours were given, so that another day begins another group."""
        return bool(self.spans)


class _Reader:
    """Reads tokens into groups of days."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.place = 0
        self.groups = [_Group()]
        self.excludes = False

    @property
    def group(self) -> _Group:
        """The group that is being read."""
        return self.groups[-1]

    def read(self) -> list[_Group]:
        """Return all groups. Raises Refused, naming the word that cannot be read."""
        while self.place < len(self.tokens):
            token = self.tokens[self.place]
            getattr(self, f"_read_{token.kind}")(token)
            self.place += 1
        return [group for group in self.groups if group.days]

    def _read_day(self, token: _Token) -> None:
        days = [token.value]
        if self._kinds_ahead() == ("to", "day"):
            days = _days_between(token.value, self.tokens[self.place + 2].value)
            self.place += 2
        self._add(days)

    def _read_days(self, token: _Token) -> None:
        self._add({0: list(DAYS), 1: list(DAYS[:5]), 2: list(DAYS[5:])}[token.value])

    def _add(self, days: list[int]) -> None:
        if self.excludes and not self.group.is_complete:
            self.group.days = [day for day in self.group.days if day not in days]
            return
        if self.group.is_complete:
            self.groups.append(_Group())
        self.group.days += [day for day in days if day not in self.group.days]

    def _read_except(self, _token: _Token) -> None:
        if self.group.is_complete:
            self.groups.append(_Group(is_closed=True))
        else:
            self.excludes = True

    def _read_closed(self, _token: _Token) -> None:
        if self.group.days and not self.group.is_complete and not self.group.is_closed:
            self.group.is_closed = True
            self.groups.append(_Group())
        else:
            self.groups.append(_Group(is_closed=True))

    def _read_time(self, token: _Token) -> None:
        if self._kinds_ahead() != ("to", "time"):
            raise Refused(
                _("Après «\u00a0%(time)s\u00a0», écrivez jusqu’à quelle heure.")
                % {"time": token.text},
                field="hours",
            )
        if not self.group.days:
            raise Refused(_("Dites pour quels jours, par exemple lun–ven 9 h–18 h."), field="hours")
        end = self.tokens[self.place + 2]
        self._open(_time(token), _time(end))
        self.place += 2

    def _read_always(self, _token: _Token) -> None:
        if not self.group.days:
            self.group.days = list(DAYS)
        self._open(dt.time(0), dt.time(23, 59))

    def _open(self, opens: dt.time, closes: dt.time) -> None:
        self.excludes = False
        self.group.is_closed = False
        self.group.spans.append((opens, closes))

    def _read_comma(self, _token: _Token) -> None:
        if self.group.is_closed and self.group.days:
            self.groups.append(_Group(is_closed=self._only_days_follow()))

    def _only_days_follow(self) -> bool:
        """Return True if no hours follow: the days belong to those that are closed."""
        return all(
            token.kind in {"day", "to", "and", "comma"} for token in self.tokens[self.place :]
        )

    def _read_and(self, _token: _Token) -> None:
        """Go on: days and hours add up by themselves."""

    def _read_to(self, token: _Token) -> None:
        raise _unreadable(token)

    def _read_unknown(self, token: _Token) -> None:
        raise _unreadable(token)

    def _kinds_ahead(self) -> tuple[str, ...]:
        return tuple(token.kind for token in self.tokens[self.place + 1 : self.place + 3])


def openings_of(text: str) -> list[Opening]:
    """Return the openings of a week as it is said. Raises Refused for words without a meaning."""
    groups = _Reader(list(_tokens(text))).read()
    week: dict[int, _Group] = {}
    for group in groups:
        if not group.spans and not group.is_closed:
            raise Refused(
                _("Il manque les heures pour %(day)s.") % {"day": day_name(group.days[0])},
                field="hours",
            )
        for day in group.days:
            earlier = week.get(day)
            if earlier and earlier.days == group.days and not group.is_closed:
                group.spans = earlier.spans + [s for s in group.spans if s not in earlier.spans]
            week[day] = group
    return sorted(Opening(day, *span) for day, group in week.items() for span in group.spans)


def read_or_reason(text: str) -> tuple[list[Opening], str]:
    """Return the openings of a text that is still typed, or the reason why it cannot be read."""
    try:
        openings = openings_of(text)
        check_hours(openings)
    except Refused as refusal:
        return [], refusal.sentence
    return openings, ""


def in_short(
    openings: Collection[Opening], *, days: dict[int, str], hour: Callable[[dt.time], str]
) -> str:
    """Return openings in the form that `openings_of` reads; `days` are short names of weekdays."""
    spans = {
        day: [(each.opens, each.closes) for each in sorted(openings) if each.weekday == day]
        for day in DAYS
    }
    parts, day = [], 0
    while day < len(DAYS):
        last = day
        while last + 1 < len(DAYS) and spans[last + 1] == spans[day]:
            last += 1
        if spans[day]:
            name = days[day] if last == day else f"{days[day]}–{days[last]}"
            written = _(" et ").join(f"{hour(begin)}–{hour(end)}" for begin, end in spans[day])
            parts.append(f"{name} {written}")
        day = last + 1
    return ", ".join(parts)


def _tokens(text: str) -> Iterator[_Token]:
    plain = re.sub(r"[–—−\u2011]", "-", plain_text(text[:LONGEST])).replace("’", "'")
    for match in _TOKEN.finditer(plain.strip()):
        token = _token(match)
        if token is not None:
            yield token


def _token(match: re.Match[str]) -> _Token | None:
    """Return the token of a match; None for a word without a meaning of its own, such as du."""
    text = match[0].strip()
    kind = str(match.lastgroup)
    if match["hour"]:
        return _Token("time", _minutes(match), text)
    if kind == "phrase":
        return _phrase(text)
    if kind == "word":
        return _day(text)
    fixed = {"always": ("always", 0), "noon": ("time", 720), "midnight": ("time", 1440)}
    fixed |= {"dash": ("to", 0), "comma": ("comma", 0)}
    return _Token(*fixed.get(kind, ("unknown", 0)), text)


def _phrase(text: str) -> _Token | None:
    kind = _KINDS[text]
    if kind in {"every", "workdays", "weekend"}:
        return _Token("days", ("every", "workdays", "weekend").index(kind), text)
    return _Token(kind, 0, text) if kind else None


def _day(text: str) -> _Token:
    word = text.rstrip(".")
    if word.endswith("s") and word not in {"tues", "thurs"}:
        word = word[:-1]
    if len(word) >= _SHORTEST_NAME:
        for day, names in enumerate(_DAY_NAMES):
            if any(name.startswith(word) for name in names):
                return _Token("day", day, text)
    return _Token("unknown", 0, text)


def _minutes(match: re.Match[str]) -> int:
    """Return the minutes since midnight. Raises Refused for an hour that no clock shows."""
    hour, minute, half = int(match["hour"]), int(match["minute"] or 0), match["half"]
    if half and hour <= _HALF_A_DAY:
        hour = hour % _HALF_A_DAY + (_NOON_HOUR if half == "p" else 0)
    if hour > _LAST_HOUR or minute > _LAST_MINUTE or (hour == _LAST_HOUR and minute):
        raise Refused(
            _("«\u00a0%(text)s\u00a0» n’est pas une heure.") % {"text": match[0].strip()},
            field="hours",
        )
    return hour * 60 + minute


def _time(token: _Token) -> dt.time:
    hour, minute = divmod(token.value, 60)
    return dt.time(hour % _LAST_HOUR, minute)


def _days_between(first: int, last: int) -> list[int]:
    count = (last - first) % len(DAYS) + 1
    return [(first + step) % len(DAYS) for step in range(count)]


def _unreadable(token: _Token) -> Refused:
    return Refused(
        _(
            "Nous ne lisons pas «\u00a0%(text)s\u00a0»\u00a0: écrivez par exemple "
            "lun–ven 7 h–19 h, sam 8 h–13 h."
        )
        % {"text": token.text},
        field="hours",
    )
