"""Money that a bank returned to an account that Stripe has closed: an operator gets a case."""

import datetime as dt

from billing.ledger.settlement import cases
from billing.models import Case, Council, Payout

_ON_ITS_WAY = (Payout.State.PENDING, Payout.State.IN_TRANSIT, Payout.State.PAID)


def open_cases(council: Council, *, at: dt.datetime) -> None:
    """Open a case for each payout that came back to the council's closed account.

    A later payout of the account has taken the money along, so that nothing is left of it.
    """
    if council.account_state != Council.AccountState.CLOSED:
        return
    payouts = Payout.objects.filter(council=council, account__in=["", council.stripe_account])
    last = payouts.filter(state__in=_ON_ITS_WAY).order_by("-made_at").first()
    back = payouts.filter(state=Payout.State.FAILED)
    if last is not None:
        back = back.filter(made_at__gt=last.made_at)
    for payout in back:
        cases.open_unless_closed(
            kind=Case.Kind.STRANDED,
            subject=payout.stripe_id,
            at=at,
            stripe_cents=payout.amount_cents,
            ledger_cents=None,
            details=f"{council.name} · {council.stripe_account}",
        )
