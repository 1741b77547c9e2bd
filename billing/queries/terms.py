"""Councils, their terms, and what of a sale can still be given back."""

import datetime as dt
import itertools
import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import F, Q, QuerySet, Sum

from billing.models import Council, OwnTerms, Refund, Sale, SaleTerms, Share, ShareTerms
from billing.rules import terms as rules
from saas.catalogue.placements.models import Flight


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


def seller() -> dict[str, str]:
    """Return who sells, as invoices say it."""
    identity: dict[str, str] = json.loads(settings.SELLER_FILE.read_text(encoding="utf-8"))
    return identity


def is_our_tag(tags: Mapping[str, Any]) -> bool:
    """Say whether this installation made the thing that carries these tags."""
    return bool(tags.get("troovon_env") == settings.TROOVON_ENV)


def flights_with_spaces() -> QuerySet[Flight]:
    """Return flights together with their spaces."""
    return Flight.objects.select_related("tenant")


def terms_in_force(tenant_ids: Collection[int], *, at: dt.datetime) -> dict[int, list[ShareTerms]]:
    """Return the terms in force at a moment of each council, by space."""
    versions = (
        ShareTerms.objects.filter(council__tenant_id__in=tenant_ids)
        .select_related("council")
        .order_by("council_id", "-version")
    )
    found: dict[int, list[ShareTerms]] = {}
    for _, rows in itertools.groupby(versions, key=lambda terms: terms.council_id):
        terms = rules.in_force(rows, at=at)
        if terms:
            found.setdefault(terms.council.tenant_id, []).append(terms)
    return found


def versions_of(rows: Iterable[OwnTerms | ShareTerms], *, at: dt.datetime) -> list[TermsRow]:
    """Say of each version of one council's terms, newest first, whether it holds and waits."""
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
            is_offered=place == 0 and row.accepted_at is None,
        )
        for place, row in enumerate(rows)
    ]


def terms_are_accepted(share: Share) -> bool:
    """Say whether the council has accepted the terms that its share was counted under."""
    frozen = SaleTerms.objects.filter(sale_id=share.sale_id, council_id=share.council_id)
    return not frozen.filter(terms__accepted_at=None).exists()


def offered_terms(council: Council) -> ShareTerms | None:
    """Return the latest terms, where the council has yet to accept them."""
    latest = ShareTerms.objects.filter(council=council).order_by("-version").first()
    return latest if latest is not None and latest.accepted_at is None else None


def council_of_space(reference: str, *, schema_name: str) -> Council | None:
    """Return a council, if it belongs to the space."""
    return (
        Council.objects.select_related("tenant", "company")
        .filter(reference=reference, tenant__schema_name=schema_name)
        .first()
    )


def refundable_cents(sale: Sale) -> int:
    """Return what can still be given back: what was neither refunded nor is about to be."""
    return sale.gross_cents - _cents(_refunds_of(sale))


def unseconded_cents(sale: Sale) -> int:
    """Return what was given back, or is about to be, without a second person's approval."""
    alone = Q(approved_by=None) | Q(approved_by=F("requested_by"))
    return _cents(_refunds_of(sale).filter(alone))


def _refunds_of(sale: Sale) -> QuerySet[Refund]:
    refunds = Refund.objects.filter(sale=sale)
    return refunds.exclude(state__in=["rejected", "canceled", "failed"], accepted_at=None)


def _cents(refunds: QuerySet[Refund]) -> int:
    return int(refunds.aggregate(cents=Sum("amount_cents", default=0))["cents"])
