"""What waits for an operator, each with its age."""

import datetime as dt
from collections.abc import Callable
from typing import Any, NamedTuple

from django.db.models import Count, Min, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing import queries as billing
from billing.models import Refund, Reversal, Sale, StripeEvent, StripeIntent
from saas.catalogue.merchants.models import Merchant
from tenants.spaces import queries as spaces
from tenants.spaces.models import Founding, Tenant

OWED_FOR = dt.timedelta(days=30)
SLOW_AFTER = dt.timedelta(hours=1)
ON_A_PAGE = 50


class Need(NamedTuple):
    """Something that waits for somebody, and since when."""

    text: str
    since: dt.datetime
    url_name: str
    tone: str


class Pulse(NamedTuple):
    """A few figures that say whether the house is alive."""

    spaces: int
    merchants: int
    collected_cents: int
    transactions: int
    sum_cents: int


class FoundingRow(NamedTuple):
    """A founding that stopped, without who began it."""

    reference: str
    slug: str
    kind_words: str
    state_words: str
    failure: str
    attempts: int
    since: dt.datetime
    may_retry: bool


def needs(*, at: dt.datetime) -> list[Need]:
    """Return what waits, the oldest first."""
    found = [
        _halt(),
        _events(),
        _parked(),
        _slow(at),
        _failed_foundings(),
        _stuck_foundings(at),
        _refunds(),
        _owed(at),
    ]
    return sorted((need for need in found if need), key=lambda need: need.since)


def _need(
    rows: QuerySet[Any], column: str, *, words: Callable[[int], str], page: str, tone: str
) -> Need | None:
    """Count what waits, if anything does; `column` says since when."""
    told = rows.order_by().aggregate(count=Count("pk"), since=Min(column))
    if not told["count"]:
        return None
    return Need(words(told["count"]) % {"count": told["count"]}, told["since"], page, tone)


def _halt() -> Need | None:
    halt = billing.halt_now()
    if halt is None:
        return None
    text = _("Stripe refuse notre clé\u00a0: plus rien n’est envoyé.")
    return Need(text, halt.since, "ops:jobs", "bad")


def _events() -> Need | None:
    return _need(
        StripeEvent.objects.filter(state=StripeEvent.State.PARKED),
        "received_at",
        words=lambda count: ngettext(
            "%(count)d événement de Stripe à examiner",
            "%(count)d événements de Stripe à examiner",
            count,
        ),
        page="ops:jobs",
        tone="bad",
    )


def _parked() -> Need | None:
    return _need(
        StripeIntent.objects.filter(state=StripeIntent.State.PARKED),
        "created_at",
        words=lambda count: ngettext(
            "%(count)d appel à Stripe à examiner", "%(count)d appels à Stripe à examiner", count
        ),
        page="ops:jobs",
        tone="bad",
    )


def _slow(at: dt.datetime) -> Need | None:
    return _need(
        billing.calls_at_work().filter(created_at__lte=at - SLOW_AFTER),
        "created_at",
        words=lambda count: ngettext(
            "%(count)d appel à Stripe n’aboutit pas depuis une heure",
            "%(count)d appels à Stripe n’aboutissent pas depuis une heure",
            count,
        ),
        page="ops:jobs",
        tone="warn",
    )


def _failed_foundings() -> Need | None:
    return _need(
        Founding.objects.filter(state=Founding.State.FAILED),
        "queued_at",
        words=lambda count: ngettext(
            "%(count)d espace dont la construction s’est arrêtée",
            "%(count)d espaces dont la construction s’est arrêtée",
            count,
        ),
        page="ops:jobs",
        tone="bad",
    )


def _stuck_foundings(at: dt.datetime) -> Need | None:
    return _need(
        spaces.stuck(at),
        "queued_at",
        words=lambda count: ngettext(
            "%(count)d espace attend d’être construit",
            "%(count)d espaces attendent d’être construits",
            count,
        ),
        page="ops:jobs",
        tone="warn",
    )


def _refunds() -> Need | None:
    return _need(
        Refund.objects.filter(state=Refund.State.REQUESTED),
        "requested_at",
        words=lambda count: ngettext(
            "%(count)d remboursement à approuver", "%(count)d remboursements à approuver", count
        ),
        page="ops:home",
        tone="warn",
    )


def _owed(at: dt.datetime) -> Need | None:
    return _need(
        Reversal.objects.filter(state=Reversal.State.OWED, due_at__lte=at - OWED_FOR),
        "due_at",
        words=lambda count: ngettext(
            "%(count)d reprise due par un CSE depuis un mois",
            "%(count)d reprises dues par des CSE depuis un mois",
            count,
        ),
        page="ops:transfers",
        tone="warn",
    )


def pulse() -> Pulse:
    """Return how many spaces and merchants there are, what was collected, and how the books are."""
    transactions, sum_cents = billing.books()
    collected = Sale.objects.aggregate(
        cents=Sum("gross_cents", default=0) - Sum("refunded_cents", default=0)
    )
    return Pulse(
        spaces=Tenant.objects.filter(state=Tenant.State.ACTIVE).count(),
        merchants=Merchant.objects.filter(state=Merchant.State.PUBLISHED).count(),
        collected_cents=int(collected["cents"]),
        transactions=transactions,
        sum_cents=sum_cents,
    )


def failed_foundings(*, at: dt.datetime) -> list[FoundingRow]:
    """Return foundings that stopped or wait too long, without the person behind them."""
    stuck = Q(pk__in=spaces.stuck(at).values("pk"))
    rows = Founding.objects.filter(stuck | Q(state=Founding.State.FAILED))
    ordered = rows.annotate(since=Coalesce("queued_at", "created_at")).order_by("since")
    return [
        FoundingRow(
            reference=row.reference,
            slug=row.slug,
            kind_words=row.get_kind_display(),
            state_words=row.get_state_display(),
            failure=row.failure,
            attempts=row.attempts,
            since=row.queued_at or row.created_at,
            may_retry=row.state == Founding.State.FAILED,
        )
        for row in ordered[:ON_A_PAGE]
    ]
