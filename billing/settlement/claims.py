"""After a refund each council keeps less: off what was not sent yet, the rest is claimed back."""

import datetime as dt

from django.db.models import Sum

from billing import ledger
from billing.models import Account, Refund, Reversal, Sale, SaleTerms, Share, Transfer
from billing.rules import postings, split
from billing.settlement import reversals
from billing.settlement.moves import STRIPE, move
from billing.settlement.parts import part_of

NOT_SENT = {
    Share.State.HELD,
    Share.State.RELEASABLE,
    Share.State.WAITING_ACCOUNT,
    Share.State.FROZEN,
}


def claim(sale: Sale, refund: Refund, *, at: dt.datetime) -> None:
    """Work out what each council keeps of a sale, and take or claim the difference."""
    locked = Share.objects.select_for_update(of=("self",), no_key=True)
    shares = list(locked.filter(sale=sale).order_by("pk"))
    if not shares:
        return
    current = {share.council_id: share.amount_cents for share in shares}
    kept = split.kept_net(
        net_cents=sale.net_cents,
        gross_cents=sale.gross_cents,
        returned_cents=sale.refunded_cents,
    )
    targets = split.shares_after(
        [part_of(row) for row in SaleTerms.objects.filter(sale=sale)],
        sold_net_cents=sale.net_cents,
        kept_net_cents=kept,
        current=current,
    )
    for share in shares:
        less = share.amount_cents - targets[share.council_id]
        if less:
            _take(share, less, refund, at=at)


def _take(share: Share, less: int, refund: Refund, *, at: dt.datetime) -> None:
    """Take what has not left yet off the share; what has left is owed by the council."""
    unsent = share.amount_cents - share.netted_cents if share.state in NOT_SENT else 0
    taken = min(less, unsent)
    share.amount_cents -= less
    share.save(update_fields=["amount_cents"])
    sits = Account.SHARE_DUE if share.is_due else Account.SHARE_HELD
    _post(share, taken, refund, sits=sits, at=at)
    _post(share, less - taken, refund, sits=Account.SHARE_OWED, at=at)
    _claim_back(share, less - taken, refund, at=at)
    if share.amount_cents == 0:
        move("share", share, "refunded", by=STRIPE, at=at)


def _post(share: Share, cents: int, refund: Refund, *, sits: Account, at: dt.datetime) -> None:
    ledger.post(
        f"refund:{refund.uuid}:{sits.value}:{share.reference}",
        postings.claimed(
            cents=cents, council_id=share.council_id, sale_id=share.sale_id, sits=sits
        ),
        kind="claimed",
        at=at,
        source=refund.stripe_id,
    )


def _claim_back(share: Share, cents: int, refund: Refund, *, at: dt.datetime) -> None:
    """Ask for what has left: by reversing its transfer, or from the council's next share."""
    if not cents:
        return
    transfer = Transfer.objects.filter(share=share).exclude(state=Transfer.State.REFUSED).first()
    back = min(cents, _reversible(transfer)) if transfer else 0
    if transfer and back:
        reversal = Reversal.objects.create(
            refund=refund, share=share, transfer=transfer, amount_cents=back, due_at=at
        )
        if transfer.state == Transfer.State.DONE:
            reversals.freeze(reversal, transfer)
    if cents > back:
        Reversal.objects.create(
            refund=refund,
            share=share,
            amount_cents=cents - back,
            due_at=at,
            state=Reversal.State.OWED,
        )


def _reversible(transfer: Transfer) -> int:
    claimed = Reversal.objects.filter(transfer=transfer).aggregate(
        cents=Sum("amount_cents", default=0)
    )
    return transfer.amount_cents - int(claimed["cents"])
