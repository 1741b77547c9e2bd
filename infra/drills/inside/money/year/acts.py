"""Acts of operators on the books in the drill `year`: bank, VAT, corrections, closings.

Each may be done twice, or never: its process can be killed before, during and after it.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from billing import clock
from billing.ledger import posting
from billing.ledger.actions import bank, manual, periods, taxes
from billing.ledger.actions.manual import Fault
from billing.ledger.rules.manual import OF_THE_NIGHT
from billing.ledger.rules.postings import Line
from billing.ledger.settlement import statements
from billing.ledger.settlement.numbering import number_entries
from billing.models import Account, Case, ClosedYear, ManualEntry
from infra.demo import levers
from infra.drills.inside.money import acts
from saas.accounts.models import User
from saas.kernel.errors import Refused

MOST_PAYOUTS = 1_000
FEE_CENTS = -1_250
FEE_DAY = 20
BY_HAND = {4: -3_112, 8: -1_000}  # two differences, by month, corrected by operators


def lines_of_bank(first: dt.date, today: dt.date) -> list[tuple[dt.date, str, int]]:
    """Return what our bank shows since a day: payouts that arrived, and its own monthly fee."""
    arrived = [
        (dt.datetime.fromtimestamp(row["arrival_date"], dt.UTC).date(), "VIR STRIPE", row["amount"])
        for row in levers.listed("/v1/payouts", most=MOST_PAYOUTS)
        if row["status"] == "paid"
    ]
    months = (
        first.replace(year=first.year + n // 12, month=n % 12 + 1, day=FEE_DAY) for n in range(24)
    )
    fees = [(day, "Frais de tenue de compte", FEE_CENTS) for day in months]
    return sorted(line for line in [*arrived, *fees] if first <= line[0] <= today)


def receive_statement(first: str, staff: int) -> None:
    """Import the bank's statement since a day: lines of earlier statements are known."""
    rows = ["Date;Libellé;Débit;Crédit"]
    for day, words, cents in lines_of_bank(dt.date.fromisoformat(first), timezone.localdate()):
        amount = f"{abs(cents) // 100},{abs(cents) % 100:02d}"
        sides = f"-{amount};" if cents < 0 else f";{amount}"
        rows.append(f"{day:%d/%m/%Y};{words};{sides}")
    by, at = User.objects.get(pk=staff), timezone.now()
    content = "\n".join([*rows, ""]).encode()
    statement = bank.keep_statement(name="releve.csv", content=content, by=by, at=at)
    statements.read_statement(statement.pk)
    if statement.imported_at is None:
        bank.import_statement(statement_id=statement.pk, by=by, at=at)


def move_by_hand(cents: int) -> None:
    """Change our balance at Stripe behind the product's back, as support does at times."""
    levers.pull("balance", change=str(cents))


def correct(staff: int) -> None:
    """Propose the correction of each open difference with Stripe's balance."""
    by, at = User.objects.get(pk=staff), timezone.now()
    for case in Case.objects.filter(state=Case.State.OPEN, kind__in=OF_THE_NIGHT):
        if not case.corrections.exclude(state=ManualEntry.State.REFUSED).exists():
            manual.propose_correction(
                case_id=case.pk, fault=Fault.OURS, reason="Mouvement à la main", by=by, at=at
            )


def post_proposed(staff: int) -> None:
    """Post what another operator proposed."""
    by, at = User.objects.get(pk=staff), timezone.now()
    proposed = ManualEntry.objects.filter(state=ManualEntry.State.PROPOSED)
    for entry in proposed.exclude(proposed_by=by).order_by("pk"):
        manual.post_entry(entry_id=entry.pk, by=by, at=at)


def settle_vat(month: str, staff: int) -> None:
    """Propose the settlement of a month's VAT."""
    by = User.objects.get(pk=staff)
    taxes.propose_settlement(month=dt.date.fromisoformat(month), by=by, at=timezone.now())


def lock(month: str, staff: int) -> None:
    """Lock a month."""
    by = User.objects.get(pk=staff)
    periods.lock_month(month=dt.date.fromisoformat(month), by=by, at=timezone.now())


def close_year(year: int, staff: int) -> None:
    """Close a year for good; whatever stands in its way is a finding."""
    if ClosedYear.objects.filter(year=year).exists():
        return
    try:
        periods.close_year(year=year, by=User.objects.get(pk=staff), at=timezone.now())
    except Refused as refusal:
        raise RuntimeError(refusal.sentence) from refusal


def book_late(year: int) -> None:
    """Book a cost of a closed year, found afterwards."""
    lines = [Line(Account.OTHER_COST, 303), Line(Account.SUSPENSE, -303)]
    at = dt.datetime(year, 12, 30, 11, tzinfo=dt.UTC)
    posting.post(f"drill:late:{year}", lines, kind="manual", at=at)
    number_entries(at=timezone.now())


ACTS: dict[str, Callable[..., Any]] = {
    "receive_statement": receive_statement,
    "move_by_hand": move_by_hand,
    "correct": correct,
    "post_proposed": post_proposed,
    "settle_vat": settle_vat,
    "lock": lock,
    "close_year": close_year,
    "book_late": book_late,
    "number": clock.close_books,
}


def offer() -> None:
    """Let the workers of the drill know these acts."""
    acts.ACTS.update(ACTS)
