"""Queries of the console about disputes: a list, and the detail of a dispute with its history."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from billing.adjustments.queries.disputes import (
    ANSWERABLE,
    is_being_answered,
    is_to_settle,
    refusal_of_answer,
)
from billing.adjustments.queries.refunds import named
from billing.councils.queries.owed import ClaimRow, claim_rows
from billing.councils.queries.restitutions import taken_by_dispute
from billing.models import Claim, Dispute, LedgerEntry, Restitution, Share
from billing.stripe.rules.waiting import code_of
from billing.transitions.turns import Turn, turns_of
from billing.wording import onward, outlook, reasons

ON_A_PAGE = 50


class DisputeRow(NamedTuple):
    """A dispute in the console's list."""

    reference: str
    order_reference: str
    merchant_name: str
    state: str
    state_words: str
    amount_cents: int
    opened_at: dt.datetime
    due_at: dt.datetime | None
    next_words: str

    @property
    def since(self) -> dt.datetime:
        """When the bank began it."""
        return self.opened_at


class TouchedShare(NamedTuple):
    """A council's share that a dispute froze, took from or gave back."""

    council_name: str
    reference: str
    state_words: str
    amount_cents: int
    taken_cents: int
    restored_cents: int
    next_words: str


class DisputeView(NamedTuple):
    """A dispute with all details for an operator."""

    dispute: Dispute
    row: DisputeRow
    shares: list[TouchedShare]
    claims: list[ClaimRow]
    turns: list[Turn]
    why_words: str
    entries: list[LedgerEntry]
    may_answer: bool
    may_settle: bool
    was_refused: bool
    why_refused: str


def dispute_states() -> dict[str, str]:
    """Name the states of disputes."""
    return {state.value: str(state.label) for state in Dispute.State}


def disputes_page(
    *, state: str, words: str, number: str, order_by: Sequence[str] = ()
) -> tuple[list[DisputeRow], Page[Dispute]]:
    """Return a page of the matching disputes, newest first; an empty filter matches all."""
    found: QuerySet[Dispute] = Dispute.objects.select_related("payment__order__merchant").annotate(
        is_being_answered=is_being_answered(), is_to_settle=is_to_settle()
    )
    if state in Dispute.State.values:
        found = found.filter(state=state)
    if words:
        found = found.filter(named(words))
    if order_by:
        found = found.order_by(*order_by, "-pk")
    shown = Paginator(found, ON_A_PAGE).get_page(number)
    return [_row(dispute) for dispute in shown.object_list], shown


def _row(dispute: Dispute) -> DisputeRow:
    order = dispute.payment.order
    return DisputeRow(
        reference=dispute.reference,
        order_reference=order.reference,
        merchant_name=order.merchant.name,
        state=dispute.state,
        state_words=dispute.get_state_display(),
        amount_cents=dispute.amount_cents,
        opened_at=dispute.opened_at,
        due_at=dispute.evidence_due_at if dispute.state.endswith("needs_response") else None,
        next_words=outlook.of_dispute(
            dispute.state,
            due_at=dispute.evidence_due_at,
            answered=_is_on_its_way(dispute),
            settled=not _is_to_settle(dispute),
        ),
    )


def _is_on_its_way(dispute: Dispute) -> bool:
    """Return True if an answer has been written, but not yet received by the bank."""
    return bool(getattr(dispute, "is_being_answered", False))


def _is_to_settle(dispute: Dispute) -> bool:
    """Return True if a lost dispute left its merchant with a debt."""
    return bool(getattr(dispute, "is_to_settle", False))


def dispute_of(reference: str) -> DisputeView | None:
    """Return a dispute with the amounts held, taken and returned."""
    dispute = (
        Dispute.objects.select_related(
            "payment__order__merchant", "payment__order__campaign", "evidence_by", "settled_by"
        )
        .annotate(is_being_answered=is_being_answered(), is_to_settle=is_to_settle())
        .filter(reference=reference)
        .first()
    )
    if dispute is None:
        return None
    unsent = bool(dispute.evidence_text) and dispute.evidence_sent_at is None
    was_refused = unsent and not _is_on_its_way(dispute)
    shares = Share.objects.filter(sale=dispute.sale_id).select_related("council")
    entries = LedgerEntry.objects.filter(transaction__source_ref=dispute.stripe_id)
    return DisputeView(
        dispute=dispute,
        row=_row(dispute),
        shares=[_touched(share, dispute) for share in shares] if dispute.sale_id else [],
        claims=claim_rows(Claim.objects.filter(dispute=dispute)),
        turns=turns_of("dispute", dispute.pk, Dispute.State),
        why_words=reasons.of_dispute(dispute.reason),
        entries=list(entries.select_related("transaction", "council").order_by("pk")),
        may_answer=dispute.state in ANSWERABLE and not _is_on_its_way(dispute),
        was_refused=was_refused,
        why_refused=_why_refused(dispute) if was_refused else "",
        may_settle=_is_to_settle(dispute),
    )


def _why_refused(dispute: Dispute) -> str:
    return reasons.in_words(code_of(refusal_of_answer(dispute)), reasons.CALLS)


def _touched(share: Share, dispute: Dispute) -> TouchedShare:
    given = Restitution.objects.filter(share=share, dispute=dispute).first()
    return TouchedShare(
        council_name=share.council.name,
        reference=share.reference,
        state_words=share.get_state_display(),
        amount_cents=share.amount_cents,
        taken_cents=taken_by_dispute(dispute, share),
        restored_cents=given.amount_cents if given else 0,
        next_words=_next_of(share, given),
    )


def _next_of(share: Share, given: Restitution | None) -> str:
    if given:
        return onward.of_restitution(given.state)
    return outlook.of_share(share.state, release_at=share.release_at, refusal="")
