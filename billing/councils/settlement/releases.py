"""Release of shares after their hold: the council's debts are netted, and the rest is sent."""

import datetime as dt

from django.db import transaction

from billing.councils.queries.due import shares_to_release
from billing.councils.queries.terms import terms_are_accepted
from billing.councils.rules import accounts
from billing.councils.settlement import netting, restitutions, taxes, transfers
from billing.ledger import posting
from billing.ledger.rules import postings
from billing.ledger.settlement import batch
from billing.models import Council, Payment, Sale, Share, Transfer
from billing.transitions.transition import CLOCK, Transition, save
from saas.kernel.database import rows

_SHARE = """
    billing_share JOIN billing_sale ON billing_sale.id = billing_share.sale_id
    JOIN billing_payment ON billing_payment.id = billing_sale.payment_id
    WHERE billing_share.id = %s FOR NO KEY UPDATE OF billing_share
"""


def release_due(*, at: dt.datetime, council_id: int | None = None) -> None:
    """Release all due rows, each independently: shares, restitutions, VAT."""
    due = shares_to_release(at=at, council_id=council_id)
    batch.each_row("share", due, lambda share_id: release(share_id, at=at), at=at)
    restitutions.release_due(at=at, council_id=council_id)
    taxes.release_due(at=at, council_id=council_id)


@transaction.atomic
def release(share_id: int, *, at: dt.datetime) -> None:
    """Move a share as far as possible: to the council, or to a waiting state."""
    whose = "id = (SELECT council_id FROM billing_share WHERE id = %s)"
    council = rows.one(Council, whose, [share_id], hold="FOR NO KEY UPDATE")
    [(share, sale, payment)] = rows.together((Share, Sale, Payment), _SHARE, [share_id])
    share.sale, sale.payment = sale, payment
    steps = Transition("share", share, by=CLOCK, at=at)
    if share.state == Share.State.HELD and share.release_at <= at:
        steps.apply("released")
    if not (accounts.may_receive(council, at=at) and terms_are_accepted(share)):
        if share.state == Share.State.RELEASABLE:
            steps.apply("waits")
        save(steps)
        return
    if share.state == Share.State.WAITING_ACCOUNT:
        steps.apply("woken")
    if share.state == Share.State.RELEASABLE:
        _send(share, council, steps, at=at)


def _send(share: Share, council: Council, steps: Transition, *, at: dt.datetime) -> None:
    """Make a share due, net the council's debts, and prepare the transfer of the rest."""
    if not share.is_due:
        _make_due(share, due_at=_due_at(share, steps, at), at=at)
    share.netted_cents += netting.set_off(
        council.pk,
        share.left_cents,
        key=share.reference,
        due_sale_id=share.sale_id,
        at=at,
    )
    rest = share.left_cents
    steps.apply("sending" if rest else "netted", also=["is_due", "released_at", "netted_cents"])
    if rest:
        transfer = Transfer(share=share, amount_cents=rest, created_at=at)
        rows.add(transfer)
        transfers.prepare_transfer(transfer, council, share.sale)
    save(steps)


def _due_at(share: Share, steps: Transition, at: dt.datetime) -> dt.datetime:
    """Return the end of a share's hold; of a share that waited longer, the end of its wait."""
    was_held = bool(steps.changes) and steps.changes[0].before == Share.State.HELD
    return share.release_at if was_held else at


def _make_due(share: Share, *, due_at: dt.datetime, at: dt.datetime) -> None:
    posting.post(
        f"share:{share.reference}:due",
        postings.due(cents=share.amount_cents, council_id=share.council_id, sale_id=share.sale_id),
        kind="due",
        at=due_at,
    )
    share.is_due, share.released_at = True, at
