"""Division of a collected amount between councils, and its change by a refund; never a float."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple

from billing.models import SaleTerms
from saas.kernel.money import BASIS, allocate, half_up


class Part(NamedTuple):
    """The part of a council in a flight, as frozen in the sale."""

    council_id: int
    net_cents: int
    rate_bp: int
    weight: int
    weight_total: int
    space_id: int = 0


class SpaceOfSale(NamedTuple):
    """The flights of a space in a sale: their price, and the refund for its refusal."""

    net_cents: int
    refused_cents: Fraction


class Split(NamedTuple):
    """An amount with tax, taken apart."""

    net_cents: int
    vat_cents: int


def remaining_net(*, net_cents: int, gross_cents: int, returned_cents: int) -> int:
    """Return the net amount left after a part of the gross amount was returned."""
    return net_cents - half_up(Fraction(net_cents * returned_cents, gross_cents))


def refused_spaces(
    nets: Mapping[int, int], refused: Mapping[int, int], *, net_cents: int, gross_cents: int
) -> dict[int, SpaceOfSale]:
    """Return a sale's spaces with the price of their flights, or {} if no space refused its own.

    `refused` is the refund for the refusal, tax included.
    """
    gross = sum(refused.values())
    if not gross:
        return {}
    left = remaining_net(net_cents=net_cents, gross_cents=gross_cents, returned_cents=gross)
    return {
        key: SpaceOfSale(cents, Fraction((net_cents - left) * refused.get(key, 0), gross))
        for key, cents in nets.items()
    }


def remaining_by_space(
    spaces: Mapping[int, SpaceOfSale], *, remaining_net_cents: int
) -> dict[int, Fraction]:
    """Return the remainder of each cent of a space's flights; it adds up to the whole remainder.

    A space bears its own refusal; all spaces bear other refunds alike. If a space refused more than
    it had left, the others bear the rest.
    """
    refused = sum((space.refused_cents for space in spaces.values()), Fraction(0))
    alike = (remaining_net_cents + refused) / sum(space.net_cents for space in spaces.values())
    left = {
        key: max(space.net_cents * alike - space.refused_cents, Fraction(0))
        for key, space in spaces.items()
    }
    whole = sum(left.values(), Fraction(0))
    if not whole:
        return dict.fromkeys(spaces, Fraction(0))
    return {
        key: cents * remaining_net_cents / whole / max(spaces[key].net_cents, 1)
        for key, cents in left.items()
    }


def exact_shares(
    parts: Iterable[Part],
    *,
    sold_net_cents: int,
    remaining_net_cents: int,
    spaces: Mapping[int, SpaceOfSale] | None = None,
) -> dict[int, Fraction]:
    """Return each council's share before rounding; `spaces` are all of a sale with a refusal."""
    alike = Fraction(remaining_net_cents, sold_net_cents)
    by_space = remaining_by_space(spaces, remaining_net_cents=remaining_net_cents) if spaces else {}
    exact: dict[int, Fraction] = {}
    for part in parts:
        share = part.net_cents * by_space.get(part.space_id, alike)
        share *= Fraction(part.weight * part.rate_bp, part.weight_total * BASIS)
        exact[part.council_id] = exact.get(part.council_id, Fraction(0)) + share
    return exact


def shares_of(parts: Iterable[Part], *, sold_net_cents: int) -> dict[int, int]:
    """Return each council's share of a sale, in whole cents that add up."""
    exact = exact_shares(parts, sold_net_cents=sold_net_cents, remaining_net_cents=sold_net_cents)
    total = half_up(sum(exact.values(), Fraction(0)))
    return allocate(total, exact, dict.fromkeys(exact, total))


def shares_after(
    parts: Iterable[Part],
    *,
    sold_net_cents: int,
    remaining_net_cents: int,
    current: Mapping[int, int],
    spaces: Mapping[int, SpaceOfSale] | None = None,
    refusing_space: int | None = None,
) -> dict[int, int]:
    """Return each council's share after a refund; no share grows.

    The refusal of a space lowers the shares of its own councils, and no other share by a cent.
    """
    parts = list(parts)
    exact = exact_shares(
        parts, sold_net_cents=sold_net_cents, remaining_net_cents=remaining_net_cents, spaces=spaces
    )
    if refusing_space is not None:
        bearing = {part.council_id for part in parts if part.space_id == refusing_space}
        exact = {key: cents for key, cents in exact.items() if key in bearing}
    total = half_up(sum(exact.values(), Fraction(0)))
    after = allocate(min(total, sum(current[key] for key in exact)), exact, current)
    return {**current, **after}


def credit_of(
    *, net_cents: int, gross_cents: int, refunded_before: int, refunded_after: int
) -> Split:
    """Take a refund apart so that the credit notes of a sale add up to its invoice."""
    before = remaining_net(
        net_cents=net_cents, gross_cents=gross_cents, returned_cents=refunded_before
    )
    after = remaining_net(
        net_cents=net_cents, gross_cents=gross_cents, returned_cents=refunded_after
    )
    net = before - after
    return Split(net, refunded_after - refunded_before - net)


def part_of(terms: SaleTerms) -> Part:
    """Return the part of a frozen row, loaded with its flight."""
    return Part(
        terms.council_id,
        terms.net_cents,
        terms.rate_bp,
        terms.weight,
        terms.weight_total,
        terms.flight.tenant_id,
    )
