"""The identity of a shop: its business number and its address, as they are compared."""

import re
import unicodedata

from saas.catalogue.merchants.models import Merchant

SIRET_DIGITS, SIREN_DIGITS = 14, 9
# Ways to write the same kind of street, after NF Z 10-011 and daily use.
_SHORT = {
    "ALL": "ALLEE", "AV": "AVENUE", "AVE": "AVENUE", "BD": "BOULEVARD", "BLD": "BOULEVARD",
    "BLVD": "BOULEVARD", "BVD": "BOULEVARD", "CH": "CHEMIN", "CHE": "CHEMIN", "CRS": "COURS",
    "FG": "FAUBOURG", "FBG": "FAUBOURG", "IMP": "IMPASSE", "PL": "PLACE", "PASS": "PASSAGE",
    "QU": "QUAI", "R": "RUE", "RTE": "ROUTE", "SQ": "SQUARE", "ST": "SAINT", "STE": "SAINTE",
    "GAL": "GENERAL", "MAL": "MARECHAL", "DR": "DOCTEUR", "PDT": "PRESIDENT", "CC": "CENTRE",
}  # fmt: skip
_EMPTY = frozenset(
    {"A", "AU", "AUX", "D", "DE", "DES", "DU", "L", "LA", "LE", "LES", "N", "NO", "NUMERO", "ET"}
)
_REPEATED = {"B": "BIS", "T": "TER", "Q": "QUATER"}


def plain_number(typed: str) -> str:
    """Return a SIREN without its spaces; of a SIRET its first nine digits, which are the SIREN."""
    digits = re.sub(r"[\s.\u00a0\u202f-]", "", typed)
    return digits[:SIREN_DIGITS] if _is_siret(digits) else digits


def _is_siret(digits: str) -> bool:
    """Return True for fourteen digits with a valid key; La Poste's SIRETs have another checksum."""
    if len(digits) != SIRET_DIGITS or not digits.isascii() or not digits.isdigit():
        return False
    doubled = [int(sign) * (2 - place % 2) for place, sign in enumerate(digits)]
    luhn = sum(value - 9 if value > 9 else value for value in doubled)  # noqa: PLR2004 - a digit
    of_la_poste = digits.startswith("356000000") and sum(map(int, digits)) % 5 == 0
    return luhn % 10 == 0 or of_la_poste


def plain_address(street: str, postcode: str) -> str:
    """Return an address as it is compared: capitals, without accents, signs and empty words."""
    text = unicodedata.normalize("NFKD", street.upper())
    text = "".join(sign for sign in text if not unicodedata.combining(sign))
    text = re.sub(r"(\d+)\s*(BIS|TER|QUATER|[BTQ])\b", _with_suffix, text)
    words = [_SHORT.get(word, word) for word in re.findall(r"[A-Z0-9]+", text)]
    words_left = [word.lstrip("0") or "0" for word in words if word not in _EMPTY]
    return " ".join([re.sub(r"\W", "", postcode.upper()), *words_left])


def _with_suffix(found: re.Match[str]) -> str:
    return f"{found[1]}{_REPEATED.get(found[2], found[2])} "


def identity_of(merchant: Merchant) -> str:
    """Return the identity of a shop: the number of its business and its address."""
    number = plain_number(merchant.siren) or merchant.vat_number
    return f"{number}|{plain_address(merchant.street, merchant.postcode)}"[:200]
