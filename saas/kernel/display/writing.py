"""Amounts, numbers, days and hours, written as a French or an English reader writes them."""

import datetime as dt
import unicodedata

from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

THIN_SPACE = "\u202f"
SPACE = "\u00a0"
MINUS = "\u2212"
LEAST_SHOWN = 5  # a lower count of people's actions could point to a person
WORDS_IN_PASSING, LONG_ON_WALL = 12, 36
NEAR_DAYS = 300  # a day further away has its year, or it could be taken for the next of its name
_VOWELS = frozenset("aeiouæœ")
# `de` contracts with an article; a council has the article: le CSE Orsel.
_CONTRACTED = (("Les ", "des "), ("Le ", "du "), ("CSE ", "du CSE "), ("Comité ", "du Comité "))


def in_english() -> bool:
    """Return True if the reader has chosen English."""
    return (get_language() or "fr").startswith("en")


def colon() -> str:
    """Write a colon with the space before it that French has, and English has not."""
    return ":" if in_english() else f"{SPACE}:"


def elided(name: str, word: str) -> str:
    """Return a name with `de` or `que` as in French: d’Élan, du CSE Orsel; in English the name.

    A translation inserts the result as a single word, so that each language has its own
    preposition. There is no elision before an H: no rule decides if an H is silent.
    """
    if in_english():
        return name
    for start, contracted in _CONTRACTED if word == "de" else ():
        if name.startswith(start):
            return contracted + name.removeprefix(start)
    plain = unicodedata.normalize("NFKD", name.lstrip('«"“ \u00a0').casefold())
    vowel = plain[:1] in _VOWELS or (
        plain[:1] == "y" and plain[1:2].isalpha() and plain[1:2] not in _VOWELS
    )
    return f"{word[:-1]}’{name}" if vowel else f"{word} {name}"


def num(value: int) -> str:
    """Write a whole number with its thousands apart."""
    comma = "," if in_english() else THIN_SPACE
    sign = MINUS if value < 0 else ""
    return sign + f"{abs(value):,}".replace(",", comma)


def shown_count(count: int | None) -> str:
    """Return a count of people's actions as text; a small count is masked."""
    return num(count) if count is not None and count >= LEAST_SHOWN else _("moins de 5")


def eur(cents: int) -> str:
    """Write an amount of cents in euros: 1 234,56 € or €1,234.56."""
    sign = MINUS if cents < 0 else ""
    euros, rest = divmod(abs(cents), 100)
    if in_english():
        return f"{sign}€{num(euros)}.{rest:02d}"
    return f"{sign}{num(euros)},{rest:02d}{SPACE}€"


def price(cents: int) -> str:
    """Write a price as a tag shows it: 180 € rather than 180,00 €."""
    written = eur(cents)
    return written if cents % 100 else written.replace(",00", "").replace(".00", "")


def rate(basis_points: int) -> str:
    """Write a rate given in basis points: 40 % or 12.5%."""
    whole, rest = divmod(basis_points, 100)
    mark = "." if in_english() else ","
    digits = f"{mark}{rest:02d}".rstrip("0") if rest else ""
    return f"{whole}{digits}%" if in_english() else f"{whole}{digits}{SPACE}%"


def local(value: dt.date) -> dt.date:
    """Move a moment into the active time zone; leave a plain date as it is."""
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def hour(value: dt.datetime | dt.time) -> str:
    """Write a time of day: 12 h 30 or 12:30."""
    moment = local(value) if isinstance(value, dt.datetime) else value
    if not isinstance(moment, (dt.datetime, dt.time)):
        raise TypeError("Only a moment or a time of day has an hour.")
    if in_english():
        return f"{moment.hour}:{moment.minute:02d}"
    return f"{moment.hour}{SPACE}h{SPACE}{moment.minute:02d}"


def day(value: dt.date) -> str:
    """Return a day as text: mercredi 25 novembre, with its year if that is far away."""
    moment = local(value)
    number = "1er" if moment.day == 1 and not in_english() else str(moment.day)
    away = abs(moment.toordinal() - local(timezone.now()).toordinal())
    year = f" {moment.year}" if away > NEAR_DAYS else ""
    return f"{date_format(moment, 'l')} {number} {date_format(moment, 'F')}{year}"


def moment(value: dt.datetime) -> str:
    """Write a day and its hour: jeudi 3 décembre, 12 h 30."""
    return f"{day(value)}, {hour(value)}"


def brief_moment(value: dt.datetime) -> str:
    """Write a day and its hour for a card: demain, 12 h 30; jeu. 3 déc., 12 h 30."""
    found = local(value)
    days = found.toordinal() - local(timezone.now()).toordinal()
    if days in (0, 1):
        return f"{_('demain') if days else _('aujourd’hui')}, {hour(value)}"
    return f"{date_format(found, 'D j N' if in_english() else 'D. j N')}, {hour(value)}"


def month(value: dt.date) -> str:
    """Write a month and its year: novembre 2026."""
    return date_format(local(value), "F Y")


def shortdate(value: dt.date) -> str:
    """Write a day in figures: 25/11/2026."""
    return f"{local(value):%d/%m/%Y}"


def ago(value: dt.datetime, *, at: dt.datetime | None = None) -> str:
    """Return the time elapsed as informal text."""
    now = at or timezone.now()
    minutes = int((now - value).total_seconds() // 60)
    days = (local(now).toordinal()) - (local(value).toordinal())
    if days < 1:
        return _minutes_ago(minutes)
    if days == 1:
        return _("hier")
    return date_format(local(value), "l") if days < 7 else shortdate(value)  # noqa: PLR2004  a week


def _minutes_ago(minutes: int) -> str:
    """Return the time elapsed on the same day as text."""
    if minutes < 1:
        return _("à l’instant")
    if minutes < 60:  # noqa: PLR2004  an hour
        return _("il y a %(count)s min") % {"count": minutes}
    return _("il y a %(count)s h") % {"count": minutes // 60}


def siren(value: str) -> str:
    """Write the nine digits of a company in threes: 732 829 320."""
    digits = "".join(value.split())
    return SPACE.join(digits[start : start + 3] for start in range(0, len(digits), 3))


def vat_number(value: str) -> str:
    """Write a French VAT number as people read it, FR44 732 829 320; any other as it is."""
    plain = "".join(value.split())
    if not plain.startswith("FR"):
        return value
    return f"{plain[:4]}{SPACE}{siren(plain[4:])}"


def initials(name: str) -> str:
    """Take the first letters of a first and a last name."""
    words = name.replace("-", " ").split()
    if not words:
        return ""
    return "".join(word[0] for word in [words[0], *words[1:][-1:]]).upper()


def few_words(text: str) -> str:
    """Cut a text after as many words as are read in passing, on a wall."""
    words = text.split()
    if len(words) <= WORDS_IN_PASSING:
        return text
    return " ".join(words[:WORDS_IN_PASSING]) + "…"
