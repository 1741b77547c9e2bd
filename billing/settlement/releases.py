"""When the hold is over: what a council owes is set off, and the rest of its share is sent."""

import datetime as dt

from django.db import transaction

from billing import ledger, queries
from billing.models import Council, Reversal, Share, Transfer
from billing.rules import accounts, postings
from billing.settlement import transfers
from billing.settlement.moves import CLOCK, move


def release_due(*, at: dt.datetime) -> None:
    """Release every share whose time has come, each by itself."""
    for share_id in queries.shares_to_release(at=at):
        release(share_id, at=at)


def release_council(council_id: int, *, at: dt.datetime) -> None:
    """Release what waited for one council."""
    for share_id in queries.shares_to_release(at=at, council_id=council_id):
        release(share_id, at=at)


@transaction.atomic
def release(share_id: int, *, at: dt.datetime) -> None:
    """Let one share go as far as it can: to the council, or to where it waits."""
    council_id = Share.objects.values_list("council_id", flat=True).get(pk=share_id)
    council = Council.objects.select_for_update(no_key=True).get(pk=council_id)
    share = (
        Share.objects.select_for_update(of=("self",), no_key=True)
        .select_related("sale__payment")
        .get(pk=share_id)
    )
    if share.state == Share.State.HELD and share.release_at <= at:
        move("share", share, "released", by=CLOCK, at=at)
    ready = accounts.may_receive(council) and queries.terms_are_accepted(share)
    if not ready:
        if share.state == Share.State.RELEASABLE:
            move("share", share, "waits", by=CLOCK, at=at)
        return
    if share.state == Share.State.WAITING_ACCOUNT:
        move("share", share, "woken", by=CLOCK, at=at)
    if share.state == Share.State.RELEASABLE:
        _send(share, council, at)


def _send(share: Share, council: Council, at: dt.datetime) -> None:
    if not share.is_due:
        _make_due(share, at)
    _net(share, council, at)
    rest = share.amount_cents - share.netted_cents
    if rest == 0:
        move("share", share, "netted", by=CLOCK, at=at)
        return
    transfer = Transfer.objects.create(share=share, amount_cents=rest, created_at=at)
    transfers.freeze(transfer, council, share.sale)
    move("share", share, "sending", by=CLOCK, at=at)


def _make_due(share: Share, at: dt.datetime) -> None:
    ledger.post(
        f"share:{share.reference}:due",
        postings.due(cents=share.amount_cents, council_id=share.council_id, sale_id=share.sale_id),
        kind="due",
        at=at,
    )
    share.is_due, share.released_at = True, at
    share.save(update_fields=["is_due", "released_at"])


def _net(share: Share, council: Council, at: dt.datetime) -> None:
    """Set what the council owes from earlier sales off against what it is due now."""
    owed = (
        Reversal.objects.select_for_update(of=("self",))
        .select_related("share")
        .filter(share__council=council, state=Reversal.State.OWED)
        .order_by("pk")
    )
    for claim in owed:
        part = min(claim.left_cents, share.amount_cents - share.netted_cents)
        if part == 0:
            return
        ledger.post(
            f"netting:{claim.uuid}:{share.reference}",
            postings.netted(
                cents=part,
                council_id=council.pk,
                due_sale_id=share.sale_id,
                owed_sale_id=claim.share.sale_id,
            ),
            kind="netted",
            at=at,
        )
        share.netted_cents += part
        share.save(update_fields=["netted_cents"])
        claim.settled_cents, claim.settled_at = claim.settled_cents + part, at
        claim.save(update_fields=["settled_cents", "settled_at"])
        if claim.left_cents == 0:
            move("reversal", claim, "netted", by=CLOCK, at=at)
