"""What a space's council desk reads, in the space's own context: nothing of another space."""

import datetime as dt
from typing import NamedTuple

from django.db.models import QuerySet, Sum
from django.utils import timezone

from billing.models import Council, OwnCouncil, OwnEntry, OwnLine, OwnShare, OwnTerms

MONTHS = 12
_STILL_HERE = ("held", "releasable", "waiting_account", "frozen", "sending")
_MONEY_MOVES = ("transferred", "reversed")


class CouncilHere(NamedTuple):
    """A council of this space and how its account stands, in a word."""

    reference: str
    name: str
    company_name: str
    legal_personality: bool
    weight: int
    account_state: str
    account_words: str
    payouts_state: str
    payouts_words: str
    account_needs: str
    contact_email: str

    @property
    def is_active(self) -> bool:
        """Whether money can be transferred to it."""
        return self.account_state == Council.AccountState.ACTIVE

    @property
    def may_open_account(self) -> bool:
        """Whether it has none yet, and can have one."""
        return self.account_state == Council.AccountState.NONE

    @property
    def may_be_completed(self) -> bool:
        """Whether Stripe has an account that it asks something for."""
        known = {"created", "onboarding", "active", "restricted"}
        return self.account_state in known


class TermsHere(NamedTuple):
    """A version of a council's terms, and whether it holds now or waits for a signature."""

    version: int
    rate_bp: int
    valid_from: dt.datetime
    offered_at: dt.datetime
    accepted_at: dt.datetime | None
    accepted_by_name: str
    accepted_by_role: str
    is_in_force: bool
    is_offered: bool


class LedgerLine(NamedTuple):
    """A line of the council's ledger, with what is still to be paid after it."""

    at: dt.datetime
    kind: str
    cents: int
    balance_cents: int
    share_reference: str
    merchant_name: str
    headline: str
    campaign_reference: str
    stripe_id: str


class MonthFigures(NamedTuple):
    """The four figures of a month, and how many merchants there were."""

    month: dt.date
    transferred_cents: int
    held_cents: int
    share_cents: int
    total_cents: int
    merchants: int
    next_release_at: dt.datetime | None


class FlowRow(NamedTuple):
    """What became of a merchant's money: of this space's part only."""

    merchant_name: str
    gross_cents: int
    vat_cents: int
    fee_cents: int
    share_cents: int
    rest_cents: int


class MonthTotal(NamedTuple):
    """What a month brought."""

    month: dt.date
    cents: int


class MonthLine(NamedTuple):
    """What a campaign brought in a month."""

    campaign_reference: str
    merchant_name: str
    cents: int


class TrailStep(NamedTuple):
    """One step of a euro between merchant and council; `next` has not happened yet."""

    kind: str
    at: dt.datetime | None
    cents: int
    reference: str
    next: bool


def councils_here() -> list[CouncilHere]:
    """Return the councils of this space."""
    return [
        CouncilHere(
            reference=row.reference,
            name=row.name,
            company_name=row.company_name,
            legal_personality=row.legal_personality,
            weight=row.weight,
            account_state=row.account_state,
            account_words=row.get_account_state_display(),
            payouts_state=row.payouts_state,
            payouts_words=row.get_payouts_state_display(),
            account_needs=row.account_needs,
            contact_email=row.contact_email,
        )
        for row in OwnCouncil.objects.all()
    ]


def terms_of(council_reference: str, *, at: dt.datetime) -> list[TermsHere]:
    """Return the versions of a council's terms, newest first."""
    rows = list(OwnTerms.objects.filter(council_reference=council_reference))
    holding = [
        row.version
        for row in rows
        if row.valid_from <= at and (row.version == 1 or row.accepted_at)
    ]
    return [
        TermsHere(
            version=row.version,
            rate_bp=row.rate_bp,
            valid_from=row.valid_from,
            offered_at=row.offered_at,
            accepted_at=row.accepted_at,
            accepted_by_name=row.accepted_by_name,
            accepted_by_role=row.accepted_by_role,
            is_in_force=bool(holding) and row.version == holding[0],
            is_offered=index == 0 and row.accepted_at is None,
        )
        for index, row in enumerate(rows)
    ]


def ledger_lines(month: dt.date | None = None) -> list[LedgerLine]:
    """Return the ledger, newest first, of a month or from the beginning."""
    balance, lines = 0, []
    for row in OwnEntry.objects.all():
        balance += row.cents
        lines.append(
            LedgerLine(
                at=row.occurred_at,
                kind=row.kind,
                cents=row.cents,
                balance_cents=balance,
                share_reference=row.share_reference,
                merchant_name=row.merchant_name,
                headline=row.headline,
                campaign_reference=row.campaign_reference,
                stripe_id=row.stripe_id,
            )
        )
    if month is not None:
        first, after = bounds(month)
        lines = [line for line in lines if first <= line.at < after]
    return lines[::-1]


def month_figures(month: dt.date) -> MonthFigures:
    """Return what a month brought and paid, what is held now, and the sum since the beginning."""
    first, after = bounds(month)
    moved = OwnEntry.objects.filter(
        kind__in=_MONEY_MOVES, occurred_at__gte=first, occurred_at__lt=after
    )
    lines = OwnLine.objects.filter(month=month)
    held = OwnShare.objects.filter(state__in=_STILL_HERE)
    next_release = held.filter(state="held").order_by("release_at").first()
    return MonthFigures(
        month=month,
        transferred_cents=-_sum(moved, "cents"),
        held_cents=_sum(held, "amount_cents"),
        share_cents=_sum(lines, "cents"),
        total_cents=_sum(OwnLine.objects.all(), "cents"),
        merchants=lines.values("merchant_name").distinct().count(),
        next_release_at=next_release.release_at if next_release else None,
    )


def flow_of_month(month: dt.date) -> list[FlowRow]:
    """Return what each merchant paid in a month and where it went, largest first."""
    first, after = bounds(month)
    flows: dict[str, FlowRow] = {}
    counted: set[tuple[str, str]] = set()
    shares = OwnShare.objects.filter(collected_at__gte=first, collected_at__lt=after)
    for share in shares:
        before = flows.get(share.merchant_name, FlowRow(share.merchant_name, 0, 0, 0, 0, 0))
        sale = (share.campaign_reference, share.collected_at.isoformat())
        # Several councils of one space share one sale: its money is counted once.
        flows[share.merchant_name] = _added(before, share, whole=sale not in counted)
        counted.add(sale)
    return sorted(flows.values(), key=lambda row: (-row.gross_cents, row.merchant_name))


def _added(row: FlowRow, share: OwnShare, *, whole: bool) -> FlowRow:
    gross, vat, fee, rest = 0, 0, 0, 0
    if whole:
        gross, vat, fee = share.gross_cents, share.vat_cents, share.fee_cents or 0
        rest = gross - vat - fee
    return FlowRow(
        row.merchant_name,
        row.gross_cents + gross,
        row.vat_cents + vat,
        row.fee_cents + fee,
        row.share_cents + share.amount_cents,
        row.rest_cents + rest - share.amount_cents,
    )


def share_here(reference: str) -> OwnShare | None:
    """Return a share of a council of this space."""
    return OwnShare.objects.filter(reference=reference).first()


def trail_of(reference: str) -> list[TrailStep]:
    """Follow a share from the merchant's payment to the council, and what came back.

    Empty where this space has no such share.
    """
    share = share_here(reference)
    if share is None:
        return []
    arrived = share.transferred_at is not None
    steps = [
        TrailStep("paid", share.collected_at, share.gross_cents, share.merchant_name, next=False),
        TrailStep("vat", share.collected_at, share.vat_cents, share.campaign_reference, next=False),
        TrailStep("net", share.collected_at, share.net_cents, share.headline, next=False),
        TrailStep("fee", share.collected_at, share.fee_cents or 0, "", next=False),
        TrailStep(
            "terms", share.collected_at, _earned(share), str(share.terms_version), next=False
        ),
        TrailStep("held", share.release_at, share.amount_cents, "", next=not share.released_at),
        TrailStep(
            "transferred",
            share.transferred_at,
            share.transferred_cents if arrived else share.amount_cents,
            share.transfer_reference,
            next=not arrived,
        ),
    ]
    return steps + _what_came_back(share)


def _earned(share: OwnShare) -> int:
    """Return what the share was before any refund."""
    earned = OwnEntry.objects.filter(share_reference=share.reference, kind="shared")
    return _sum(earned, "cents")


def _what_came_back(share: OwnShare) -> list[TrailStep]:
    entries = OwnEntry.objects.filter(
        share_reference=share.reference, kind__in=["claimed", "reversed"]
    )
    return [
        TrailStep(row.kind, row.occurred_at, row.cents, row.stripe_id, next=False)
        for row in entries
    ]


def twelve_months(until: dt.date) -> list[MonthTotal]:
    """Return what each of the twelve months up to one has brought, oldest first."""
    last = until.replace(day=1)
    months = [
        dt.date(last.year + (last.month - 1 - back) // 12, (last.month - 1 - back) % 12 + 1, 1)
        for back in range(MONTHS - 1, -1, -1)
    ]
    rows = OwnLine.objects.filter(month__gte=months[0], month__lte=last)
    sums = dict(rows.order_by().values_list("month").annotate(cents=Sum("cents")))
    return [MonthTotal(month, int(sums.get(month, 0))) for month in months]


def lines_of_month(month: dt.date) -> list[MonthLine]:
    """Return what each campaign has brought this space's councils in a month, after refunds."""
    return [
        MonthLine(row.campaign_reference, row.merchant_name, row.cents)
        for row in OwnLine.objects.filter(month=month)
    ]


def bounds(month: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """Return when a month begins and when the next one does, in the space's time zone."""
    zone = timezone.get_current_timezone()
    first = dt.datetime(month.year, month.month, 1, tzinfo=zone)
    following = (first.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
    return first, following


def _sum(rows: QuerySet[OwnLine] | QuerySet[OwnEntry] | QuerySet[OwnShare], column: str) -> int:
    return int(rows.aggregate(cents=Sum(column, default=0))["cents"])
