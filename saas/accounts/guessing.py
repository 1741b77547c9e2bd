"""Guessable passwords: leaked passwords, names of the person and the space, common additions.

zxcvbn estimates how many guesses a password takes, from lists of leaked passwords, words and names,
with the usual replacements of letters (`P@ssw0rd`) and the usual years.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterable

FEWEST_GUESSES = 10**8
_CONSIDERED = 40  # more characters make a password no weaker, and its estimate slow
_FEWEST_BESIDE = 4  # beside names: fewer characters are a common ending
_MOST_NAMES = 200
_SHORTEST = 3
_EXCHANGED = str.maketrans("@430$5!", "aaeossi")
_WORD = re.compile(r"[^\W_]+")
# Its lists are English; these begin passwords here.
_COMMON_WORDS = (
    *("troovon", "motdepasse", "mot", "passe", "bonjour", "bienvenue", "soleil", "chocolat"),
    *("azerty", "qwerty", "password", "welcome", "admin", "secret", "loulou", "doudou", "amour"),
    *("printemps", "ete", "été", "automne", "hiver", "vacances", "noel", "noël", "france"),
    *("janvier", "fevrier", "février", "mars", "avril", "mai", "juin", "juillet", "aout", "août"),
    *("septembre", "octobre", "novembre", "decembre", "décembre", "lundi", "mardi", "mercredi"),
    *("jeudi", "vendredi", "samedi", "dimanche", "espace", "entreprise", "travail", "bureau"),
    *("comite", "comité", "cse", "paris", "lyon", "marseille", "toulouse", "bordeaux", "lille"),
    *("nantes", "strasbourg", "rennes", "grenoble", "montpellier"),
)


def is_guessable(password: str, names: Iterable[str]) -> bool:
    """Return True if fewer guesses than `FEWEST_GUESSES` find a password of this person here."""
    parts = _parts_of(names)
    if _is_made_of([*parts, "troovon"], password) or any(
        _is_made_of([word], password) for word in _COMMON_WORDS
    ):
        return True
    # Its word lists load for a fortieth of a process's start, and most processes see no password.
    from zxcvbn import zxcvbn  # type: ignore[import-untyped]  # noqa: PLC0415

    known = [*_COMMON_WORDS, *parts]
    result = zxcvbn(password[:_CONSIDERED], user_inputs=known, max_length=_CONSIDERED)
    return float(result["guesses"]) < FEWEST_GUESSES


def _is_made_of(parts: Iterable[str], password: str) -> bool:
    """Return True if a password is some names with a few letters, figures and signs beside them."""
    known = sorted({_plain_text(part) for part in parts}, key=len, reverse=True)
    return any(
        _is_left_without(known, _plain_text(text))
        for text in (password, password.translate(_EXCHANGED))
    )


def _is_left_without(known: list[str], letters: str) -> bool:
    left = letters
    for part in known:
        left = left.replace(part, " ") if len(part) >= _SHORTEST else left
    return " " in left and len(left.replace(" ", "")) < _FEWEST_BESIDE


def _plain_text(text: str) -> str:
    """Return the letters of a text, without accents and capitals."""
    plain = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in plain if letter.isalpha())


def _parts_of(names: Iterable[str]) -> list[str]:
    """Return the words of each name, and its words written together in both orders."""
    found: dict[str, None] = {}
    for name in itertools.islice(filter(None, names), _MOST_NAMES):
        words = _WORD.findall(name.lower())
        together = ("".join(words), "".join(reversed(words)))
        for part in (*words, *together):
            if len(part) >= _SHORTEST:
                found[part] = None
    return list(found)
