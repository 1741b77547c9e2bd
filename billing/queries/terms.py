"""Councils, their terms, and what of a sale can still be given back."""

import datetime as dt
import json
from collections.abc import Collection, Mapping
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet, Sum

from billing.models import Council, Refund, Sale, SaleTerms, Share, ShareTerms
from saas.catalogue.placements.models import Flight


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
    """Return the terms in force at a moment of each council, by space.

    The first version is in force from its day on; a later one also needs to be accepted.
    """
    in_force = (
        ShareTerms.objects.filter(
            Q(version=1) | Q(accepted_at__lte=at),
            valid_from__lte=at,
            council__tenant_id__in=tenant_ids,
        )
        .select_related("council")
        .order_by("council_id", "-version")
        .distinct("council_id")
    )
    found: dict[int, list[ShareTerms]] = {}
    for terms in in_force:
        found.setdefault(terms.council.tenant_id, []).append(terms)
    return found


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
    counted = (
        Refund.objects.filter(sale=sale)
        .exclude(state__in=["rejected", "canceled", "failed"], accepted_at=None)
        .aggregate(cents=Sum("amount_cents", default=0))
    )
    return sale.gross_cents - int(counted["cents"])
