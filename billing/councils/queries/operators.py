"""Shares and transfers, as operators look through them."""

import datetime as dt
from typing import NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Now

from billing.models import (
    Account,
    Council,
    LedgerEntry,
    Share,
    Transfer,
)
from billing.wording import onward, outlook, reasons

ON_A_PAGE = 50


class ShareRow(NamedTuple):
    """A council's share of an order."""

    reference: str
    council_name: str
    space_name: str
    state: str
    state_words: str
    amount_cents: int
    release_at: dt.datetime
    transfer: str
    why: str


class TransferRow(NamedTuple):
    """A transfer in the console's list."""

    reference: str
    council_name: str
    space_name: str
    order_reference: str
    state: str
    state_words: str
    amount_cents: int
    stripe_id: str
    refusal: str
    created_at: dt.datetime
    done_at: dt.datetime | None

    @property
    def next_words(self) -> str:
        """The next step, as operators read it."""
        return onward.of_transfer(self.state)


class CouncilBooks(NamedTuple):
    """The sums of a council's shares: held, due, owed by it, and paid to it."""

    held_cents: int
    due_cents: int
    owed_cents: int
    paid_cents: int


def share_rows(shares: QuerySet[Share]) -> list[ShareRow]:
    """Return shares as operators read them."""
    return [_share_row(share) for share in with_council(shares)]


def with_council(shares: QuerySet[Share]) -> QuerySet[Share]:
    """Prefetch the relations that a row of shares shows."""
    return shares.select_related("council__tenant").prefetch_related("transfers")


def _share_row(share: Share) -> ShareRow:
    return ShareRow(
        reference=share.reference,
        council_name=share.council.name,
        space_name=share.council.tenant.name,
        state=share.state,
        state_words=share.get_state_display(),
        amount_cents=share.amount_cents,
        release_at=share.release_at,
        transfer=next((one.stripe_id for one in share.transfers.all() if one.stripe_id), ""),
        why=outlook.of_share(
            share.state,
            release_at=share.release_at,
            refusal=reasons.in_words(
                next((one.refusal for one in share.transfers.all() if one.refusal), ""),
                reasons.TRANSFERS,
            ),
        ),
    )


def transfer_states() -> dict[str, str]:
    """Name the states of transfers."""
    return {state.value: str(state.label) for state in Transfer.State}


def transfers_page(*, state: str, number: str) -> tuple[list[TransferRow], Page[Transfer]]:
    """Return a page of the transfers in a state, or of all, newest first."""
    found = Transfer.objects.select_related("share__council__tenant", "share__sale__order")
    if state in Transfer.State.values:
        found = found.filter(state=state)
    shown = Paginator(found, ON_A_PAGE).get_page(number)
    return [_transfer_row(transfer) for transfer in shown.object_list], shown


def _transfer_row(transfer: Transfer) -> TransferRow:
    return TransferRow(
        reference=transfer.share.reference,
        council_name=transfer.share.council.name,
        space_name=transfer.share.council.tenant.name,
        order_reference=transfer.share.sale.order.reference,
        state=transfer.state,
        state_words=transfer.get_state_display(),
        amount_cents=transfer.amount_cents,
        stripe_id=transfer.stripe_id,
        refusal=reasons.in_words(transfer.refusal, reasons.TRANSFERS),
        created_at=transfer.created_at,
        done_at=transfer.done_at,
    )


def waiting_shares(number: str) -> tuple[list[ShareRow], Page[Share]]:
    """Return a page of the shares that are due and cannot leave, the oldest first."""
    overdue = Q(state=Share.State.HELD, release_at__lte=Now() - dt.timedelta(days=1))
    stopped = Q(state__in=[Share.State.WAITING_ACCOUNT, Share.State.FROZEN, Share.State.RELEASABLE])
    waiting = Share.objects.filter(stopped | overdue)
    shown = Paginator(with_council(waiting.order_by("pk")), ON_A_PAGE).get_page(number)
    return [_share_row(share) for share in shown.object_list], shown


def council_books(council: Council) -> CouncilBooks:
    """Return the ledger balances of a council."""
    entries = LedgerEntry.objects.filter(council=council).order_by()
    sums = dict(entries.values_list("account").annotate(cents=Sum("amount_cents")))
    return CouncilBooks(
        held_cents=-sums.get(Account.SHARE_HELD, 0),
        due_cents=-sums.get(Account.SHARE_DUE, 0),
        owed_cents=sums.get(Account.SHARE_OWED, 0),
        paid_cents=-sums.get(Account.STRIPE_BALANCE, 0),
    )
