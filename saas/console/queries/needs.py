"""What waits for an operator, each with its age."""

import datetime as dt
from typing import Any, NamedTuple

from django.db.models import Count, Min, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing import queries as billing
from billing.models import Refund, Reversal, Sale, StripeEvent, StripeIntent
from billing.queries import IntentRow
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


class _Waiting(NamedTuple):
    number: int
    since: dt.datetime


class Intents(NamedTuple):
    """Calls to Stripe that wait for an operator, that are made again, that were refused."""

    parked: list[IntentRow]
    at_work: list[IntentRow]
    refused: list[IntentRow]


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


def _waiting(rows: QuerySet[Any], column: str) -> _Waiting | None:
    told = rows.order_by().aggregate(count=Count("pk"), since=Min(column))
    return _Waiting(told["count"], told["since"]) if told["count"] else None


def _halt() -> Need | None:
    halt = billing.halt_now()
    if halt is None:
        return None
    text = _("Stripe refuse notre clé\u00a0: plus rien n’est envoyé.")
    return Need(text, halt.since, "ops:jobs", "bad")


def _events() -> Need | None:
    found = _waiting(StripeEvent.objects.filter(state="parked"), "received_at")
    if found is None:
        return None
    text = ngettext(
        "%(count)d événement de Stripe à examiner",
        "%(count)d événements de Stripe à examiner",
        found.number,
    )
    return Need(text % {"count": found.number}, found.since, "ops:jobs", "bad")


def _parked() -> Need | None:
    found = _waiting(StripeIntent.objects.filter(state="parked"), "created_at")
    if found is None:
        return None
    text = ngettext(
        "%(count)d appel à Stripe à examiner", "%(count)d appels à Stripe à examiner", found.number
    )
    return Need(text % {"count": found.number}, found.since, "ops:jobs", "bad")


def _slow(at: dt.datetime) -> Need | None:
    slow = _at_work().filter(created_at__lte=at - SLOW_AFTER)
    found = _waiting(slow, "created_at")
    if found is None:
        return None
    text = ngettext(
        "%(count)d appel à Stripe n’aboutit pas depuis une heure",
        "%(count)d appels à Stripe n’aboutissent pas depuis une heure",
        found.number,
    )
    return Need(text % {"count": found.number}, found.since, "ops:jobs", "warn")


def _failed_foundings() -> Need | None:
    failed = Founding.objects.filter(state=Founding.State.FAILED)
    found = _waiting(failed, "queued_at")
    if found is None:
        return None
    text = ngettext(
        "%(count)d espace dont la construction s’est arrêtée",
        "%(count)d espaces dont la construction s’est arrêtée",
        found.number,
    )
    return Need(text % {"count": found.number}, found.since, "ops:jobs", "bad")


def _stuck_foundings(at: dt.datetime) -> Need | None:
    found = _waiting(spaces.stuck(at), "queued_at")
    if found is None:
        return None
    text = ngettext(
        "%(count)d espace attend d’être construit",
        "%(count)d espaces attendent d’être construits",
        found.number,
    )
    return Need(text % {"count": found.number}, found.since, "ops:jobs", "warn")


def _refunds() -> Need | None:
    asked = Refund.objects.filter(state=Refund.State.REQUESTED)
    found = _waiting(asked, "requested_at")
    if found is None:
        return None
    text = ngettext(
        "%(count)d remboursement à approuver", "%(count)d remboursements à approuver", found.number
    )
    return Need(text % {"count": found.number}, found.since, "ops:home", "warn")


def _owed(at: dt.datetime) -> Need | None:
    late = Reversal.objects.filter(state=Reversal.State.OWED, due_at__lte=at - OWED_FOR)
    found = _waiting(late, "due_at")
    if found is None:
        return None
    text = ngettext(
        "%(count)d reprise due par un CSE depuis un mois",
        "%(count)d reprises dues par des CSE depuis un mois",
        found.number,
    )
    return Need(text % {"count": found.number}, found.since, "ops:transfers", "warn")


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


def intents() -> Intents:
    """Return the calls to Stripe that did not succeed, by what becomes of them."""
    refused = StripeIntent.objects.filter(state="failed").order_by("-pk")
    parked = StripeIntent.objects.filter(state="parked")
    return Intents(
        parked=[_intent_row(intent) for intent in parked[:ON_A_PAGE]],
        at_work=[_intent_row(intent) for intent in _at_work()[:ON_A_PAGE]],
        refused=[_intent_row(intent) for intent in refused[:ON_A_PAGE]],
    )


def _intent_row(intent: StripeIntent) -> IntentRow:
    return IntentRow(
        id=intent.pk,
        kind_words=intent.get_kind_display(),
        state=intent.state,
        state_words=intent.get_state_display(),
        subject_id=intent.subject_id,
        attempt=intent.attempt,
        sendings=intent.sendings,
        failure=intent.failure,
        request_id=intent.request_id,
        created_at=intent.created_at,
        next_at=intent.next_at,
    )


def _at_work() -> QuerySet[StripeIntent]:
    tried = StripeIntent.objects.filter(state__in=["pending", "in_flight", "unknown"])
    return tried.exclude(failure="")


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
