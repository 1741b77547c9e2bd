"""Integer cents of a euro, and their split without losing a cent."""

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import NewType

from django.utils.translation import gettext as _

from saas.kernel.errors import Refused

Cents = NewType("Cents", int)
BASIS = 10_000
MOST_CENTS = 9_999_999
_AMOUNT = re.compile(r"([0-9]{1,7})(?:[.,]([0-9]{1,2}))?\Z")
_SPACES = str.maketrans("", "", " \u00a0\u202f\u2009€")


def parse_euros(text: str) -> Cents:
    """Read an amount as people type it (`12,5`, `12.50`, `1 200`, `12 €`).

    Raises Refused when it is not an amount in euros.
    """
    match = _AMOUNT.match(text.translate(_SPACES))
    if match is None:
        raise Refused(_("Écrivez un montant, par exemple 12,50."))
    return Cents(int(match[1]) * 100 + int((match[2] or "0").ljust(2, "0")))


def as_typed(cents: int) -> str:
    """Return an amount as people type it, for a prefilled field."""
    return f"{cents // 100},{cents % 100:02d}"


def half_up(exact: Fraction) -> int:
    """Round to the nearest cent, halves away from zero."""
    doubled = abs(exact) * 2 + 1
    return int(doubled // 2) * (1 if exact >= 0 else -1)


def vat_on(net_cents: int, rate_bp: int) -> Cents:
    """Return the tax on a net amount; the rate is in basis points (2000 is 20 %)."""
    return Cents(half_up(Fraction(net_cents * rate_bp, BASIS)))


def vat_parts(nets: Iterable[int], rate_bp: int) -> list[Cents]:
    """Return each line's part of the tax on their sum; the tax is rounded only on the sum.

    EN 16931-1, BR-CO-17: the tax of a paper is its net amount times the rate, rounded. A part is
    the increase of the tax by its line, so that the parts add up to the tax, for lines of any sign.
    """
    parts, so_far = [], 0
    for net_cents in nets:
        before = vat_on(so_far, rate_bp)
        so_far += net_cents
        parts.append(Cents(vat_on(so_far, rate_bp) - before))
    return parts


def allocate[K: (int, str)](
    total: int, exact: Mapping[K, Fraction], cap: Mapping[K, int]
) -> dict[K, int]:
    """Split `total` cents as near to the exact shares as whole cents allow.

    Largest remainder, ties by key; no key gets more than its cap, so that a share computed again
    after a refund never rises. Raises ValueError if the caps are too low.
    """
    if not 0 <= total <= sum(cap[key] for key in exact):
        raise ValueError("the caps leave no room for the total")
    shares = {key: min(int(value), cap[key]) for key, value in exact.items()}
    left = total - sum(shares.values())
    order = sorted(exact, key=lambda key: (shares[key] - exact[key], key))
    step = 1 if left > 0 else -1
    while left:
        for key in order:
            if left and (shares[key] < cap[key] if step > 0 else shares[key] > 0):
                shares[key] += step
                left -= step
    return shares
