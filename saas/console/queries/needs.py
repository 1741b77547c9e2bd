"""The to-do items of the operators: rows that wait, and troubles of the service."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from billing.ledger.queries.balances import books
from billing.models import Sale
from billing.stripe.queries.troubles import halt_now
from saas.catalogue.merchants.models import Merchant
from saas.console import wording
from saas.console.waiting.registry import waiting_rows
from saas.console.waiting.shapes import Counted, counted
from saas.monitoring import queries as monitoring
from saas.monitoring import wording as troubles
from saas.monitoring.models import Trouble
from tenants.spaces.models import Founding, Tenant
from tenants.spaces.queries import foundings as spaces

ON_A_PAGE = 50
_REVIEWED_KINDS = (
    Trouble.Kind.SHORT_BALANCE,
    Trouble.Kind.CLOCK,
    Trouble.Kind.JOB,
    Trouble.Kind.DISK,
    Trouble.Kind.PROCESS,
    Trouble.Kind.QUEUE,
    Trouble.Kind.BACKUP,
    Trouble.Kind.SET_ASIDE,
)


class Need(NamedTuple):
    """To-do item of the operators, with its start."""

    text: str
    since: dt.datetime
    url_name: str
    tone: str


class Pulse(NamedTuple):
    """Key figures of the service; the transactions are those of the day."""

    spaces: int
    merchants: int
    collected_cents: int
    transactions: int
    sum_cents: int


class FoundingRow(NamedTuple):
    """Foundation of a space that failed, without its founder's identity."""

    reference: str
    slug: str
    kind_words: str
    state_words: str
    failure: str
    attempts: int
    since: dt.datetime
    may_retry: bool


def needs(*, at: dt.datetime, counts: Sequence[Counted] | None = None) -> list[Need]:
    """Return the to-do items, the oldest first; rows are counted unless `counts` has them."""
    if counts is None:
        counts = counted(waiting_rows(at=at))
    waiting = [
        Need(one.words(count) % {"count": count}, since, one.page, one.tone)
        for one, count, since in counts
    ]
    found = [_halt(), *waiting, *_troubles(at)]
    return sorted((need for need in found if need), key=lambda need: need.since)


def _troubles(at: dt.datetime) -> list[Need]:
    """Return incidents beyond the books: scheduler, late jobs, disks, Stripe balance."""
    found = monitoring.findings(at=at)
    return [
        Need(
            troubles.title_of(one.kind, one.subject, one.details),
            one.since,
            troubles.PAGES[one.kind],
            "bad",
        )
        for kind in _REVIEWED_KINDS
        for one in found.get(kind, [])
    ]


def _halt() -> Need | None:
    halt = halt_now()
    if halt is None:
        return None
    return Need(wording.nothing_is_sent(), halt.since, "ops:jobs", "bad")


def pulse() -> Pulse:
    """Return the numbers of spaces and merchants, the amount collected, and the books' totals."""
    transactions, sum_cents = books()
    collected = Sale.objects.aggregate(
        cents=Sum(F("gross_cents") - F("refunded_cents") - F("disputed_cents"), default=0)
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
    stuck = Q(pk__in=spaces.stalled(at).values("pk"))
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
