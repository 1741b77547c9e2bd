"""The audit after a year: FEC, CA3, bank and Stripe beside the books, to the cent."""

import datetime as dt
import hashlib
from collections.abc import Iterator

from django.core.files.storage import default_storage

from billing.ledger.files import fec
from billing.ledger.queries import taxes
from billing.ledger.queries.periods import is_locked, months_of
from billing.ledger.rules import fec as rules
from billing.models import Account, ClosedYear, LedgerEntry, ManualEntry
from infra.drills.inside.money import audit
from infra.drills.inside.money.year import acts as year_acts
from saas.kernel.values.months import months_later

_VAT_UNTIL = """
    SELECT coalesce(sum(entry.amount_cents), 0)
    FROM billing_ledgerentry entry
    JOIN billing_entrynumber number ON number.transaction_id = entry.transaction_id
    WHERE entry.account IN ('vat.output', 'vat.input') AND number.booked_on < '{day}'
"""
_PAYABLE_IN = """
    SELECT coalesce(-sum(entry.amount_cents), 0)
    FROM billing_ledgerentry entry
    JOIN billing_entrynumber number ON number.transaction_id = entry.transaction_id
    WHERE entry.account IN ('vat.payable', 'vat.credit')
    AND number.booked_on >= '{day}' AND number.booked_on < '{end}'
"""


def everything(year: int, today: dt.date) -> list[str]:
    """Return each thing that must never be after a year."""
    found = [*audit.everything(), *_closings(year), *_file(year), *_vat(year)]
    return [*found, *_bank(year, today), *_corrections()]


def _closings(year: int) -> Iterator[str]:
    yield from (f"{month:%Y-%m} is open" for month in months_of(year) if not is_locked(month))
    if not ClosedYear.objects.filter(year=year).exists():
        yield f"{year} is not closed"


def _file(year: int) -> Iterator[str]:
    """Compare the file content at the closing with today's, after a later entry of that year."""
    closed = ClosedYear.objects.filter(year=year).first()
    if closed is None:
        return
    with default_storage.open(closed.file) as stored:
        content = stored.read()
    if hashlib.sha256(content).hexdigest() != closed.sha256:
        yield f"the file of {year} is not the one that was closed"
    if "".join(fec.write(year)).encode(fec.ENCODING) != content:
        yield f"the file of {year} changed after its closing"
    for one in (year, year + 1):
        faults = rules.faults("".join(fec.write(one)).splitlines(), year=one)
        yield from (f"accounts' file of {one}: {fault}" for fault in faults[:5])


def _vat(year: int) -> Iterator[str]:
    """Compare each month's return with the ledger: settled, its VAT accounts are at zero."""
    for month in months_of(year):
        found, end = taxes.vat_return(month), months_later(month)
        if not found.agrees:
            yield f"VAT of {month:%Y-%m}: {found.net_cents} declared, {found.ledger_cents} booked"
        if left := audit.one(_VAT_UNTIL.format(day=end)):
            yield f"VAT of {left} cents is not settled at the end of {month:%Y-%m}"
        settled = audit.one(_PAYABLE_IN.format(day=month, end=end))
        if settled != found.net_cents + found.cents_by_code["22"]:
            yield f"VAT of {month:%Y-%m}: {settled} settled, {found.net_cents} declared"


def _bank(year: int, today: dt.date) -> Iterator[str]:
    """Compare our bank's lines with account 512; nothing stays on its way on 580."""
    shown = sum(cents for _day, _words, cents in year_acts.lines_of_bank(_first(year), today))
    if (booked := _balance(Account.BANK)) != shown:
        yield f"the bank shows {shown}, the books say {booked}"
    if (left := _balance(Account.BANK_TRANSIT)) != 0:
        yield f"{left} cents are still on their way to the bank"


def _corrections() -> Iterator[str]:
    posted = ManualEntry.objects.filter(state=ManualEntry.State.POSTED, case__isnull=False).count()
    if posted != len(year_acts.BY_HAND):
        yield f"{posted} corrections are posted, {len(year_acts.BY_HAND)} are due"


def _first(year: int) -> dt.date:
    return dt.date(year, 1, 1)


def _balance(account: Account) -> int:
    cents = LedgerEntry.objects.filter(account=account).values_list("amount_cents", flat=True)
    return sum(cents)
