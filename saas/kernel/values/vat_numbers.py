"""VAT numbers of the European Union and the French numbers beside them, checked by python-stdnum.

Greece writes EL. Northern Ireland's XI covers goods only (Protocol on Ireland and Northern Ireland,
annex 3): a service sold there is sold outside the Union.
"""

from typing import Final

from stdnum.eu import vat
from stdnum.exceptions import ValidationError
from stdnum.fr import siren as sirens
from stdnum.fr import tva

FRANCE: Final = "FR"
# Countries of the Union, as addresses name them; Greece alone has another name in its numbers.
COUNTRIES: Final = tuple(sorted(code.upper() for code in vat.MEMBER_STATES - {"xi"}))


def prefix_of(country: str) -> str:
    """Return the two letters that a country's VAT numbers begin with."""
    return "EL" if country == "GR" else country


def compact(typed: str) -> str:
    """Return a number in its country's compact form, without separators."""
    plain = "".join(typed.split()).upper()
    try:
        return vat.compact(plain)
    except ValidationError:  # of no country of the Union: said where the number is judged
        return plain


def is_well_formed(number: str) -> bool:
    """Return True if a number has its country's format and valid check digits."""
    return number.isascii() and vat.is_valid(number)


def french_number(siren: str) -> str:
    """Return the VAT number that follows from a SIREN."""
    return f"{FRANCE}{sirens.to_tva(siren)}"


def is_of_siren(number: str, siren: str) -> bool:
    """Return True if a VAT number is French, has a valid key, and belongs to a SIREN."""
    ours = number.startswith(FRANCE) and number.isascii() and tva.is_valid(number)
    return ours and tva.compact(number)[2:] == siren
