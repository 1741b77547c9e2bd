"""Rows that wait for an operator, each with its age."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Count, Exists, F, Min, OuterRef, Q, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import ngettext

from billing.ledger.queries.balances import books
from billing.ledger.queries.cases import ALONE
from billing.models import (
    Case,
    Claim,
    Council,
    Refund,
    Sale,
    ShareTerms,
    StripeCall,
    StripeEvent,
)
from billing.stripe.queries.troubles import calls_at_work, halt_now
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.queries.reports import reports_waiting
from saas.console import wording
from saas.console.queries import bad_days, unfinished
from saas.console.queries.bad_days import Waiting, account_news_at
from saas.console.queues.registry import QUEUES
from saas.console.sales import deliveries
from saas.monitoring import queries as monitoring
from saas.monitoring import wording as troubles
from saas.monitoring.models import Trouble
from tenants.spaces.models import Founding, Tenant
from tenants.spaces.queries import foundings as spaces

OWED_FOR = dt.timedelta(days=30)
SLOW_AFTER = dt.timedelta(hours=1)
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

type Counted = tuple[Waiting, int, dt.datetime]  # kind, number, start of the oldest


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


def waiting_rows(*, at: dt.datetime) -> list[Waiting]:
    """Return the rows of each kind that wait for an operator."""
    return [
        _events(),
        _parked(),
        bad_days.refused_checkouts(at),
        _cases(),
        _stuck_steps(),
        _altered_papers(),
        _slow(at),
        _failed_foundings(),
        _stuck_foundings(at),
        _refunds(),
        _reports(),
        _owed(at),
        *bad_days.waiting(),
        *unfinished.waiting(at=at),
        deliveries.waiting(at),
        *(queue.waiting() for queue in QUEUES),
        _persons(),
        _declined(),
        _accounts(),
    ]


def counted(waiting: list[Waiting]) -> list[Counted]:
    """Return each kind with rows, their number and oldest start, from a single statement."""
    first, *others = (
        one.rows.order_by()
        .annotate(nth=Value(number))
        .values("nth")
        .annotate(how_many=Count("pk"), oldest=Min(one.column))
        .values_list("nth", "how_many", "oldest")
        for number, one in enumerate(waiting)
    )
    counts = {
        nth: (count, since) for nth, count, since in first.union(*others, all=True).order_by()
    }
    return [(one, *counts[number]) for number, one in enumerate(waiting) if counts[number][0]]


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


def _events() -> Waiting:
    return Waiting(
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


def _parked() -> Waiting:
    return Waiting(
        StripeCall.objects.filter(state=StripeCall.State.PARKED),
        "created_at",
        words=lambda count: ngettext(
            "%(count)d appel à Stripe à examiner", "%(count)d appels à Stripe à examiner", count
        ),
        page="ops:jobs",
        tone="bad",
    )


def _cases() -> Waiting:
    return Waiting(
        Case.objects.filter(state=Case.State.OPEN).exclude(kind__in=ALONE),
        "opened_at",
        words=lambda count: ngettext(
            "%(count)d écart entre Stripe et nos livres",
            "%(count)d écarts entre Stripe et nos livres",
            count,
        ),
        page="ops:reconciliation",
        tone="bad",
    )


def _stuck_steps() -> Waiting:
    return Waiting(
        Case.objects.filter(state=Case.State.OPEN, kind=Case.Kind.FAILING_STEP),
        "opened_at",
        words=lambda count: ngettext(
            "%(count)d étape échoue de notre côté", "%(count)d étapes échouent de notre côté", count
        ),
        page="ops:reconciliation",
        tone="bad",
    )


def _altered_papers() -> Waiting:
    return Waiting(
        Case.objects.filter(state=Case.State.OPEN, kind=Case.Kind.PAPER),
        "opened_at",
        words=lambda count: ngettext(
            "%(count)d facture ou relevé dont le fichier est altéré",
            "%(count)d factures ou relevés dont le fichier est altéré",
            count,
        ),
        page="ops:reconciliation",
        tone="bad",
    )


def _slow(at: dt.datetime) -> Waiting:
    return Waiting(
        calls_at_work().filter(created_at__lte=at - SLOW_AFTER),
        "created_at",
        words=lambda count: ngettext(
            "%(count)d appel à Stripe n’aboutit pas depuis une heure",
            "%(count)d appels à Stripe n’aboutissent pas depuis une heure",
            count,
        ),
        page="ops:jobs",
        tone="warn",
        alarm="call_slow",
    )


def _failed_foundings() -> Waiting:
    return Waiting(
        Founding.objects.filter(state=Founding.State.FAILED),
        "queued_at",
        words=lambda count: ngettext(
            "%(count)d espace dont la construction s’est arrêtée",
            "%(count)d espaces dont la construction s’est arrêtée",
            count,
        ),
        page="ops:jobs",
        tone="bad",
        alarm="founding_failed",
    )


def _stuck_foundings(at: dt.datetime) -> Waiting:
    return Waiting(
        spaces.stalled(at),
        "queued_at",
        words=lambda count: ngettext(
            "%(count)d espace attend d’être construit",
            "%(count)d espaces attendent d’être construits",
            count,
        ),
        page="ops:jobs",
        tone="warn",
    )


def _refunds() -> Waiting:
    return Waiting(
        Refund.objects.filter(state=Refund.State.REQUESTED),
        "requested_at",
        words=lambda count: ngettext(
            "%(count)d remboursement à approuver", "%(count)d remboursements à approuver", count
        ),
        page="ops:home",
        tone="warn",
        alarm="refund_approve",
    )


def _reports() -> Waiting:
    return Waiting(
        reports_waiting(),
        "reported_at",
        words=lambda count: ngettext(
            "%(count)d signalement d’un commerce ou d’une annonce à examiner",
            "%(count)d signalements de commerces ou d’annonces à examiner",
            count,
        ),
        page="ops:reports",
        tone="warn",
        alarm="reports",
    )


def _owed(at: dt.datetime) -> Waiting:
    return Waiting(
        Claim.objects.filter(state=Claim.State.OWED, due_at__lte=at - OWED_FOR),
        "due_at",
        words=lambda count: ngettext(
            "%(count)d reprise due par un CSE depuis un mois",
            "%(count)d reprises dues par des CSE depuis un mois",
            count,
        ),
        page="ops:transfers",
        tone="warn",
        alarm="claim_owed",
    )


def _persons() -> Waiting:
    return Waiting(
        Council.objects.filter(personality_asked_at__isnull=False),
        "personality_asked_at",
        words=lambda count: ngettext(
            "%(count)d CSE dit avoir la personnalité morale",
            "%(count)d CSE disent avoir la personnalité morale",
            count,
        ),
        page="ops:councils",
        tone="warn",
        alarm="personality",
    )


def _declined() -> Waiting:
    later = ShareTerms.objects.filter(council=OuterRef("council"), version__gt=OuterRef("version"))
    return Waiting(
        ShareTerms.objects.filter(~Exists(later), declined_at__isnull=False),
        "declined_at",
        words=lambda count: ngettext(
            "%(count)d CSE a décliné ses conditions",
            "%(count)d CSE ont décliné leurs conditions",
            count,
        ),
        page="ops:councils",
        tone="warn",
        alarm="terms_declined",
    )


def _accounts() -> Waiting:
    lost = Council.objects.filter(
        account_state__in=[
            Council.AccountState.REJECTED,
            Council.AccountState.UNSUPPORTED,
            Council.AccountState.CLOSED,
        ],
        ended_at=None,
    )
    return Waiting(
        lost.annotate(news_at=account_news_at()),
        "news_at",
        words=lambda count: ngettext(
            "%(count)d CSE dont Stripe ne tient plus le compte",
            "%(count)d CSE dont Stripe ne tient plus le compte",
            count,
        ),
        page="ops:councils",
        tone="warn",
        alarm="account_lost",
    )


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
