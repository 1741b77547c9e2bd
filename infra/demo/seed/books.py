"""The demo's books: the reserve stays in our Stripe balance, the rest is paid out to the banks."""

import datetime as dt

from billing import clock
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
    """Add the books up, so that each past day can be asked for."""
    clock.close_books_at(at=at)
