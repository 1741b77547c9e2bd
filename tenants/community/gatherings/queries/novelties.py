"""News of this room for the daily digest, and its week ahead, regardless of audience."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import F

from saas.kernel.display import writing
from saas.kernel.offers.digest_hooks import Novelty
from tenants.community.gatherings import rules
from tenants.community.gatherings.models import Gathering
from tenants.community.gatherings.queries.board import is_next, to_come
from tenants.spaces.audiences import Audience

MOST_NEW = 50


def novelties(since: dt.datetime, until: dt.datetime) -> list[Novelty]:
    """List gatherings created between two moments and not cancelled, newest first."""
    rows = Gathering.objects.filter(
        hidden_at=None,
        created_at__gte=since,
        created_at__lt=until,
        cancelled_at=None,
        organiser__is_active=True,
    )
    return _listed(rows.select_related("organiser").order_by("-created_at", "-pk")[:MOST_NEW])


def week_ahead(since: dt.datetime, until: dt.datetime) -> list[Novelty]:
    """List gatherings between two moments with places left, the next first, each series once."""
    rows = to_come(at=since).filter(
        is_next(at=since), hidden_at=None, starts_at__lt=until, organiser__is_active=True
    )
    free = rows.exclude(places__isnull=False, taken__gte=F("places"))
    return _listed(free.select_related("organiser").order_by("starts_at", "pk")[:MOST_NEW])


def _listed(rows: Iterable[Gathering]) -> list[Novelty]:
    return [
        Novelty(
            at=row.created_at,
            symbol=rules.SYMBOLS[row.kind],
            title=row.title,
            note=f"{writing.moment(row.starts_at)} · {row.place} · {row.organiser.short_name}",
            url=row.get_absolute_url(),
            author_id=row.organiser_id,
            company_id=row.company_id if row.audience == Audience.COMPANY else None,
            site_id=row.site_id,
            starts_at=row.starts_at,
        )
        for row in rows
    ]
