"""Statements of councils, counted from the ledger; to be asked in the public context."""

import datetime as dt
import zoneinfo
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.utils import timezone

from billing.councils.queries.taxes import OPEN as OPEN_TAXES
from billing.councils.queries.taxes import taxes_of
from billing.councils.rules import budgets
from billing.councils.rules.self_billing import DUE_AFTER, BillLine, paper_lines
from billing.councils.rules.statements import (
    About,
    Book,
    Flow,
    StatementPage,
    Waiting,
    kind_of,
    lines_of,
)
from billing.councils.wording import statements as wording
from billing.ledger.queries.accounting import day_of
from billing.ledger.queries.seller import seller
from billing.models import Account, Council, LedgerEntry, SaleTerms, Share, Statement
from billing.papers.queries.invoices import party_of
from billing.papers.rules.papers import Corrected, Kind, Paper, Party
from saas.kernel.values.months import first_of

_OWED = (Account.SHARE_HELD, Account.SHARE_DUE, Account.SHARE_OWED)
_THE_COUNCILS = Q(account__in=_OWED)


def statement_of(council: Council, *, first_day: dt.date, last_day: dt.date) -> StatementPage:
    """Return the movements of a council's money over a range of its own days, both included."""
    zone = zoneinfo.ZoneInfo(council.tenant.time_zone)
    first, after = _midnight(first_day, zone), _midnight(last_day + dt.timedelta(days=1), zone)
    before, flows = _flows_before(council, first), _flows(council, first, after)
    about = _about(council, {flow.sale_id for flow in [*before, *flows] if flow.sale_id})
    book = Book()
    opening = budgets.together(
        book.add(flow, aep_bp=about.get(flow.sale_id, About()).aep_bp) for flow in before
    )
    movements, closing = lines_of(flows, book, opening, about=about)
    identity = seller()
    return StatementPage(
        council_reference=council.reference,
        council=party_of_council(council),
        seller=party_of(identity),
        first_day=first_day,
        last_day=last_day,
        opening=opening,
        movements=movements,
        closing=closing,
        waiting=tuple(_waiting(council, book.left(), about=about, after=after)),
        is_fictional=bool(identity.get("fictional")),
    )


def party_of_council(council: Council) -> Party:
    """Return a council as a paper names it."""
    return Party(
        name=council.name,
        street=council.street,
        postcode=council.postcode,
        city=council.city,
        siren=council.siren,
        vat_number=council.vat_number if council.is_vat_payer else "",
        email=council.contact_email,
    )


def statement_by_reference(council: Council, reference: str) -> Statement | None:
    """Return a statement, if it is of the council."""
    return _with_council().filter(council=council, reference=reference).first()


def statement_to_draw(statement_id: int) -> Statement:
    """Return a statement together with its council."""
    return _with_council().get(pk=statement_id)


def paper_of_bill(bill: Statement) -> Paper:
    """Return the printed contents of an invoice in a council's name."""
    kind = Kind.SELF_BILLED_CREDIT if bill.net_cents < 0 else Kind.SELF_BILLED
    issued_on = day_of(bill.made_at)
    lines = [BillLine(**line) for line in bill.lines or []]
    return Paper(
        kind=kind,
        number=bill.number or "",
        issued_on=issued_on,
        first_day=bill.first_day,
        last_day=bill.last_day,
        paid_on=issued_on,
        due_on=issued_on + DUE_AFTER,
        seller=party_of(bill.council_as_it_was),
        buyer=party_of(bill.seller),
        lines=paper_lines(lines, is_credit=kind.is_credit),
        corrects=_bill_before(bill) if kind.is_credit else None,
        is_fictional=bool(bill.seller.get("fictional")),
        mandate_version=bill.self_billing_version,
    )


def _bill_before(bill: Statement) -> Corrected | None:
    """Return the invoice that a negative bill corrects: the last with a positive amount."""
    earlier = Statement.objects.filter(council=bill.council_id, pk__lt=bill.pk, net_cents__gt=0)
    found = earlier.filter(number__isnull=False).order_by("pk").last()
    return Corrected(found.number or "", day_of(found.made_at)) if found else None


def statements_to_render() -> QuerySet[Statement]:
    """Return statements that have no file yet."""
    return Statement.objects.filter(rendered_at=None)


def _with_council() -> QuerySet[Statement]:
    return Statement.objects.select_related("council__tenant")


def _midnight(day: dt.date, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, tzinfo=zone)


def _flows_before(council: Council, first: dt.datetime) -> list[Flow]:
    """Return the effect of each sale before a moment: a sum for each kind of event."""
    entries = LedgerEntry.objects.filter(council=council, transaction__occurred_at__lt=first)
    kinds = _counted(entries.values("sale_id", "transaction__kind"))
    return [
        Flow(row["sale_id"], row["earning"] > 0, row["cents"], first, row["transaction__kind"])
        for row in kinds.order_by("sale_id", "transaction__kind")
    ]


def _flows(council: Council, first: dt.datetime, after: dt.datetime) -> list[Flow]:
    """Return the effect of each event of a range on each sale, in ledger order."""
    entries = LedgerEntry.objects.filter(
        council=council, transaction__occurred_at__gte=first, transaction__occurred_at__lt=after
    )
    events = _counted(
        entries.values(
            "transaction_id",
            "transaction__occurred_at",
            "transaction__kind",
            "transaction__business_key",
            "sale_id",
        )
    )
    rows = events.annotate(number=Max("stripe_id"))
    return [
        _flow(row) for row in rows.order_by("transaction__occurred_at", "transaction_id", "sale_id")
    ]


def _counted(groups: QuerySet[LedgerEntry, Any]) -> QuerySet[LedgerEntry, Any]:
    """Annotate each group with its change of the council's balance, and if it was earned."""
    return groups.annotate(
        cents=-Sum("amount_cents", filter=_THE_COUNCILS, default=0),
        earning=Count("id", filter=Q(account=Account.SHARE_COST)),
    ).exclude(cents=0)


def _flow(row: dict[str, Any]) -> Flow:
    return Flow(
        sale_id=row["sale_id"],
        earns=row["earning"] > 0,
        cents=row["cents"],
        at=row["transaction__occurred_at"],
        kind=kind_of(row["transaction__kind"], row["transaction__business_key"]),
        stripe_id=row["number"],
    )


def _about(council: Council, sale_ids: Collection[int]) -> dict[int | None, About]:
    """Return the details of each sale: its share and its terms."""
    terms = {
        row["sale_id"]: row
        for row in SaleTerms.objects.filter(council=council, sale_id__in=sale_ids)
        .values("sale_id")
        .annotate(rate=Max("rate_bp"), version=Max("terms__version"))
    }
    shares = Share.objects.filter(council=council, sale_id__in=sale_ids).select_related(
        "sale__merchant", "sale__order__campaign"
    )
    found: dict[int | None, About] = {}
    for share in shares:
        campaign = share.sale.order.campaign
        known: Mapping[str, Any] = terms.get(share.sale_id, {})
        found[share.sale_id] = About(
            share_reference=share.reference,
            merchant=share.sale.merchant.name,
            headline=campaign.headline,
            campaign_reference=campaign.reference,
            rate_bp=known.get("rate", 0),
            terms_version=known.get("version", 0),
            aep_bp=share.aep_bp,
        )
    return found


def _waiting(
    council: Council,
    left: dict[int | None, int],
    *,
    about: dict[int | None, About],
    after: dt.datetime,
) -> Iterable[Waiting]:
    shares = {
        share.sale_id: share
        for share in Share.objects.filter(council=council, sale_id__in=[key for key in left if key])
    }
    of_tax = left.keys() - shares.keys()
    tax = taxes_of(council.pk).filter(state__in=OPEN_TAXES).first() if of_tax else None
    for sale_id, cents in sorted(left.items(), key=lambda item: item[0] or 0):
        share = shares.get(sale_id) if sale_id else None
        why = (
            wording.why_share_waits(council, share, cents, after=after)
            if share
            else wording.why_tax_waits(council, tax, cents, after=after)
        )
        yield Waiting(about.get(sale_id, About()), cents, why)


def bills_due(*, at: dt.datetime) -> list[tuple[int, dt.date]]:
    """Return councils that we invoice for by mandate, each with the end of its last month.

    It includes councils with an ended mandate: a sale covered by it may be refunded.
    """
    stands = Q(is_vat_payer=True, self_billing_since__isnull=False) & ~Q(vat_number="")
    ended = Q(self_billing_since=None, ended_mandates__isnull=False)
    found = Council.objects.filter(stands | ended).select_related("tenant").order_by("pk")
    return [(council.pk, _end_of_last_month(council, at)) for council in found]


def _end_of_last_month(council: Council, at: dt.datetime) -> dt.date:
    today = timezone.localdate(at, zoneinfo.ZoneInfo(council.tenant.time_zone))
    return first_of(today) - dt.timedelta(days=1)
