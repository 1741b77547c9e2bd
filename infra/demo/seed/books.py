"""The demo's books: the reserve stays in our Stripe balance, the rest is paid out to the banks."""

import datetime as dt

from billing import clock
from billing.ledger.queries.accounting import book_rows, day_of, years_of_books
from billing.ledger.settlement import numbering
from billing.models import StripeCall
from infra.demo import levers
from infra.demo.seed import waiting


def begin() -> None:
    """Set the councils' payouts to the first of each month, and ours to manual."""
    levers.pull("payouts", interval="monthly", everyone="true")
    levers.pull("payouts", interval="manual")


def play(at: dt.datetime) -> None:
    """Reconcile with Stripe and set the reserve, as each night does; then pay the rest out."""
    clock.compare(at=at)
    waiting.until("a reserve", _reserve_is_set)
    levers.pull("payouts/now")


def _reserve_is_set() -> bool:
    calls = StripeCall.objects.filter(kind=StripeCall.Kind.TREASURY)
    return not calls.exclude(state=StripeCall.State.DONE).exists()


def end(at: dt.datetime) -> None:
    """Close the books at each past day. Raises RuntimeError if a piece is later than its entry."""
    numbering.number_entries(at=at)
    clock.close_books_at(at=at)
    late = pieces_after_entries()
    if late:
        raise RuntimeError(f"pieces bear a later day than their entries: {', '.join(late[:5])}")


def pieces_after_entries() -> list[str]:
    """Return the pieces of the books that bear a later day than an entry about them."""
    return sorted(
        {
            row.piece
            for year in years_of_books()
            for row in book_rows(year)
            if row.paper_at and day_of(row.paper_at) > row.booked_on
        }
    )
