"""Councils, and the versions of their terms."""

import datetime as dt
import itertools
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from billing.councils.rules import terms as rules
from billing.models import (
    Council,
    Order,
    OrderLine,
    OwnTerms,
    SaleTerms,
    Share,
    ShareTerms,
)
from saas.catalogue.placements.models import Flight
from saas.kernel.database import rows
from saas.kernel.money import BASIS
from tenants.spaces.models import Tenant

_LINES = """
    billing_orderline
    JOIN placements_flight ON placements_flight.id = billing_orderline.flight_id
    JOIN spaces_tenant ON spaces_tenant.id = placements_flight.tenant_id
    WHERE billing_orderline.order_id = %s ORDER BY billing_orderline.id
"""
_TERMS = """
    billing_shareterms
    JOIN billing_council ON billing_council.id = billing_shareterms.council_id
    WHERE billing_council.tenant_id = ANY(%s)
    AND (billing_council.ended_at IS NULL OR billing_council.ended_at > %s)
    ORDER BY billing_council.id, billing_shareterms.version DESC
    FOR NO KEY UPDATE OF billing_shareterms
"""
# The condition of `unaccepted`, for a single share.
_UNACCEPTED = """
    sale_id = %s AND council_id = %s AND NOT EXISTS (
        SELECT FROM billing_shareterms AS frozen JOIN billing_shareterms AS later USING (council_id)
        WHERE frozen.id = billing_saleterms.terms_id
        AND later.version >= frozen.version AND later.accepted_at IS NOT NULL
    )
"""


class TermsRow(NamedTuple):
    """A version of a council's terms, and whether it holds now or waits for a signature."""

    version: int
    rate_bp: int
    valid_from: dt.datetime
    offered_at: dt.datetime
    accepted_at: dt.datetime | None
    accepted_by_name: str
    is_in_force: bool
    is_offered: bool
    offered_by_name: str = ""
    aep_bp: int = 0
    resolution: str = ""
    declined_at: dt.datetime | None = None
    declined_by_name: str = ""
    declined_because: str = ""

    @property
    def asc_bp(self) -> int:
        """The part that goes to social and cultural activities."""
        return BASIS - self.aep_bp


def lines_with_spaces(order: Order) -> list[OrderLine]:
    """Return the lines of an order, each with its flight and the space of that."""
    found = rows.together((OrderLine, Flight, Tenant), _LINES, [order.pk])
    for line, flight, tenant in found:
        line.flight, flight.tenant = flight, tenant
    return [line for line, _flight, _tenant in found]


def terms_in_force(spaces: Mapping[int, Tenant], *, at: dt.datetime) -> dict[int, list[ShareTerms]]:
    """Lock and return the terms in force at a moment for each council of some spaces.

    A concurrent answer to them waits until the sale under them is committed.
    """
    versions: list[ShareTerms] = []
    for terms, council in rows.together((ShareTerms, Council), _TERMS, [list(spaces), at]):
        terms.council, council.tenant = council, spaces[council.tenant_id]
        versions.append(terms)
    found: dict[int, list[ShareTerms]] = {}
    for _, of_one in itertools.groupby(versions, key=lambda terms: terms.council_id):
        terms = rules.in_force(of_one, at=at)
        if terms:
            found.setdefault(terms.council.tenant_id, []).append(terms)
    return found


def versions_of(rows: Iterable[OwnTerms | ShareTerms], *, at: dt.datetime) -> list[TermsRow]:
    """Return a row for each version of a council's terms, newest first, with its state."""
    rows = list(rows)
    holding = rules.in_force(rows, at=at)
    return [
        TermsRow(
            version=row.version,
            rate_bp=row.rate_bp,
            valid_from=row.valid_from,
            offered_at=row.offered_at,
            accepted_at=row.accepted_at,
            accepted_by_name=row.accepted_by_name,
            is_in_force=row is holding,
            is_offered=place == 0 and row.accepted_at is None and row.declined_at is None,
            offered_by_name=row.offered_by_name,
            aep_bp=row.aep_bp,
            resolution=row.resolution,
            declined_at=row.declined_at,
            declined_by_name=row.declined_by_name,
            declined_because=row.declined_because,
        )
        for place, row in enumerate(rows)
    ]


def terms_are_accepted(share: Share) -> bool:
    """Return True if the council has accepted the terms of its share.

    Terms never accepted are replaced by later terms accepted by the council.
    """
    return not rows.read(SaleTerms, _UNACCEPTED, [share.sale_id, share.council_id])


def unaccepted(*, sale: int | OuterRef, council: int | OuterRef) -> QuerySet[SaleTerms]:
    """Return the terms frozen in a sale that the council has not accepted."""
    later = ShareTerms.objects.filter(
        council=OuterRef("council"), version__gte=OuterRef("terms__version")
    ).exclude(accepted_at=None)
    return SaleTerms.objects.filter(sale=sale, council=council).exclude(Exists(later))


def offered_terms(council: Council) -> ShareTerms | None:
    """Return the latest terms, where the council has yet to answer them."""
    latest = ShareTerms.objects.filter(council=council).order_by("-version").first()
    answered = latest is None or latest.accepted_at or latest.declined_at
    return None if answered else latest


def councils_without_terms() -> QuerySet[Council]:
    """Return the councils that have accepted no terms, or have yet to answer the latest."""
    later = ShareTerms.objects.filter(council=OuterRef("council"), version__gt=OuterRef("version"))
    given = Q(accepted_at__isnull=False) | Q(declined_at__isnull=False)
    answered = ShareTerms.objects.filter(given, ~Exists(later), council=OuterRef("pk"))
    return Council.objects.filter(~Exists(answered), ended_at=None)


def council_of_space(reference: str, *, schema_name: str) -> Council | None:
    """Return a council, if it belongs to the space."""
    return (
        Council.objects.select_related("tenant", "company")
        .filter(reference=reference, tenant__schema_name=schema_name)
        .first()
    )


def companies_with_council(schema_name: str) -> set[int | None]:
    """Return the companies of a space with an active council; null is the space's own council."""
    rows = Council.objects.filter(tenant__schema_name=schema_name, ended_at=None)
    return set(rows.values_list("company_id", flat=True))
