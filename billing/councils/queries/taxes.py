"""VAT of invoices in councils' names: due, owed, and to announce."""

import datetime as dt
import zoneinfo
from typing import NamedTuple

from django.db.models import Max, QuerySet

from billing.councils.rules.mandates import mandate_day
from billing.models import Council, OwnTax, Share, Statement, TaxPayment
from billing.stripe.queries.due import MOST
from billing.wording import onward, reasons


class TaxRow(NamedTuple):
    """The VAT of an invoice in a council's name, in the console's list."""

    id: int
    council_reference: str
    council_name: str
    space_name: str
    number: str
    state: str
    state_words: str
    cents: int
    due_at: dt.datetime
    done_at: dt.datetime | None
    stripe_id: str
    refusal: str
    asked_by_id: int | None
    asked_by: str
    because: str

    @property
    def next_words(self) -> str:
        """The next step, as operators read it."""
        return onward.of_tax(
            self.state, due_at=self.due_at, write_off_requested=bool(self.asked_by)
        )


OPEN = (TaxPayment.State.DUE, TaxPayment.State.SENDING)
MOST_SHOWN = 24


def held_until(bill: Statement) -> dt.datetime | None:
    """Return the end of the last hold on shares of a bill, or null if no share is held."""
    zone = zoneinfo.ZoneInfo(bill.council.tenant.time_zone)
    after = dt.datetime.combine(bill.last_day + dt.timedelta(days=1), dt.time.min, tzinfo=zone)
    held = Share.objects.filter(
        council=bill.council_id, state=Share.State.HELD, sale__collected_at__lt=after
    )
    latest: dt.datetime | None = held.aggregate(latest=Max("release_at"))["latest"]
    return latest


def bills_without_tax(*, council_id: int | None = None) -> list[int]:
    """Return invoices in councils' names without a row for their VAT."""
    bills = Statement.objects.filter(number__isnull=False, tax=None).exclude(vat_cents=0)
    if council_id is not None:
        bills = bills.filter(council=council_id)
    return list(bills.order_by("pk").values_list("pk", flat=True)[:MOST])


def taxes_to_release(*, at: dt.datetime, council_id: int | None = None) -> list[int]:
    """Return VAT that may leave, of councils that can receive it, the oldest first."""
    due = TaxPayment.objects.filter(
        state=TaxPayment.State.DUE,
        due_at__lte=at,
        statement__council__account_state=Council.AccountState.ACTIVE,
        statement__council__confirmed_until__gte=mandate_day(at),
    )
    if council_id is not None:
        due = due.filter(statement__council=council_id)
    return list(due.order_by("pk").values_list("pk", flat=True)[:MOST])


def taxes_to_mail() -> QuerySet[TaxPayment]:
    """Return transferred VAT not mailed to its council yet."""
    return TaxPayment.objects.filter(state=TaxPayment.State.DONE, mailed_at=None)


def taxes_of(council_id: int) -> QuerySet[TaxPayment]:
    """Return the VAT of a council's invoices, oldest first."""
    taxes = TaxPayment.objects.filter(statement__council=council_id)
    return taxes.select_related("statement").order_by("pk")


def taxes_here(reference: str) -> list[OwnTax]:
    """Return the VAT of the invoices of a council of this space, newest first."""
    return list(OwnTax.objects.filter(council_reference=reference)[:MOST_SHOWN])


def taxes_page() -> list[TaxRow]:
    """Return the VAT of invoices in councils' names: open rows, then the latest others."""
    taxes = TaxPayment.objects.select_related("statement__council__tenant", "write_off_asked_by")
    going_on = [*OPEN, TaxPayment.State.OWED]
    over = taxes.exclude(state__in=going_on)
    return [_row(tax) for tax in [*taxes.filter(state__in=going_on), *over[:MOST_SHOWN]]]


def owed_tax(tax_id: int) -> TaxPayment | None:
    """Return VAT that a council owes, while it owes it."""
    return TaxPayment.objects.filter(pk=tax_id, state=TaxPayment.State.OWED).first()


def _row(tax: TaxPayment) -> TaxRow:
    council = tax.statement.council
    return TaxRow(
        id=tax.pk,
        council_reference=council.reference,
        council_name=council.name,
        space_name=council.tenant.name,
        number=tax.statement.number or "",
        state=tax.state,
        state_words=tax.get_state_display(),
        cents=tax.left_cents or tax.amount_cents,
        due_at=tax.due_at,
        done_at=tax.done_at,
        stripe_id=tax.stripe_id,
        refusal=reasons.in_words(tax.refusal, reasons.TRANSFERS),
        asked_by_id=tax.write_off_asked_by_id,
        asked_by=tax.write_off_asked_by.display_name if tax.write_off_asked_by else "",
        because=tax.write_off_because,
    )
