"""The invoices that we write in the name of councils: numbered, frozen and booked at once."""

import datetime as dt
import zoneinfo

from django.db import transaction
from django.utils import timezone, translation

from billing.councils.queries.statements import statement_of
from billing.councils.rules import self_billing
from billing.councils.rules.statements import StatementPage
from billing.councils.settlement import taxes
from billing.councils.settlement.accounts import record_notice
from billing.ledger import posting
from billing.ledger.queries.accounting import day_of
from billing.ledger.queries.seller import seller
from billing.ledger.rules import postings
from billing.models import Council, CouncilNotice, InvoiceSeries, Statement
from billing.papers.rules.papers import LANGUAGE


@transaction.atomic
def bill(council_id: int, *, last_day: dt.date, at: dt.datetime) -> Statement | None:
    """Issue an invoice for a council's unbilled earnings until a day, if any.

    Sales under an ended mandate are billed, and taken back, with the party of that mandate. Raises
    Refused for a council not subject to VAT or without a mandate.
    """
    council = (
        Council.objects.select_for_update(of=("self",), no_key=True)
        .select_related("tenant")
        .get(pk=council_id)
    )
    self_billing.check_may_be_billed(council)
    zone = zoneinfo.ZoneInfo(council.tenant.time_zone)
    mandates = self_billing.mandates_of(council)
    since = timezone.localdate(mandates[0].since, zone)
    first_day = _first_day(council, timezone.localdate(mandates[-1].since, zone))
    if last_day < first_day:
        return None
    page = statement_of(council, first_day=since, last_day=last_day)
    with translation.override(LANGUAGE):
        lines = self_billing.bill_lines(
            page.movements,
            mandates,
            first_day=first_day,
            billed_cents=_billed_cents(council, since),
            zone=zone,
        )
    if not lines:
        return None
    mandate = mandates[-1]
    page = page._replace(first_day=first_day, council=mandate.party or page.council)
    return _write(council, page, lines, mandate=mandate, at=at)


def _first_day(council: Council, since: dt.date) -> dt.date:
    last = Statement.objects.filter(council=council, number__isnull=False).order_by("last_day")
    billed_until = last.values_list("last_day", flat=True).last()
    return max(since, billed_until + dt.timedelta(days=1)) if billed_until else since


def _billed_cents(council: Council, since: dt.date) -> int:
    """Return the cents invoiced under the stored mandates."""
    billed = Statement.objects.filter(council=council, number__isnull=False, first_day__gte=since)
    return sum(billed.values_list("net_cents", flat=True))


def _write(
    council: Council,
    page: StatementPage,
    lines: list[self_billing.BillLine],
    *,
    mandate: self_billing.Mandate,
    at: dt.datetime,
) -> Statement:
    number = _number(council, at)
    # The sum of the lines' parts of the tax: the printed amount equals the booked amount.
    vat_cents = sum(line.vat_cents for line in lines)
    bill = Statement.objects.create(
        council=council,
        first_day=page.first_day,
        last_day=page.last_day,
        number=number,
        net_cents=sum(line.net_cents for line in lines),
        vat_cents=vat_cents,
        lines=[line._asdict() for line in lines],
        self_billing_version=mandate.version,
        self_billing_digest=mandate.digest,
        council_as_it_was=page.council._asdict(),
        seller=seller(),
        made_at=at,
    )
    posting.post(
        f"self_billed:{number}",
        postings.self_billed(vat_cents=vat_cents, council_id=council.pk),
        kind="self_billed",
        at=at,
        source=number,
    )
    taxes.owe(bill, at=at)
    gross_cents = bill.net_cents + bill.vat_cents
    record_notice(council, CouncilNotice.Kind.BILLED, at=at, number=number, gross_cents=gross_cents)
    return bill


def _number(council: Council, moment: dt.datetime) -> str:
    """Give the next number of the council's own series; a rollback gives it back."""
    code = f"R{day_of(moment).year}-{council.reference}"
    InvoiceSeries.objects.bulk_create([InvoiceSeries(code=code)], ignore_conflicts=True)
    series = InvoiceSeries.objects.select_for_update().get(code=code)
    series.last += 1
    series.save(update_fields=["last"])
    return f"{code}-{series.last:05d}"
