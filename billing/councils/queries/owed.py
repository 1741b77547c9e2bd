"""Debts of councils after refunds and lost disputes."""

import datetime as dt
from typing import NamedTuple

from django.db.models import QuerySet, Sum

from billing.models import Claim, TaxPayment
from billing.wording import outlook, reasons


class ClaimRow(NamedTuple):
    """A council's debt because of a refund or a dispute."""

    council_name: str
    share_reference: str
    state_words: str
    settled_cents: int
    amount_cents: int
    refusal: str
    next_words: str


def claim_rows(claims: QuerySet[Claim]) -> list[ClaimRow]:
    """Return rows of claims on councils, each with the reason if Stripe refused it."""
    return [
        ClaimRow(
            council_name=claim.share.council.name,
            share_reference=claim.share.reference,
            state_words=claim.get_state_display(),
            settled_cents=claim.settled_cents,
            amount_cents=claim.amount_cents,
            refusal=reasons.in_words(claim.refusal, reasons.REVERSALS),
            next_words=next_of_claim(claim),
        )
        for claim in claims.select_related("share__council")
    ]


def next_of_claim(claim: Claim) -> str:
    """Return why a council's repayment is still pending."""
    return outlook.of_claim(
        claim.state,
        since=claim.due_at,
        by_transfer=claim.transfer_id is not None,
        write_off_requested=claim.write_off_asked_at is not None,
    )


class OwedRow(NamedTuple):
    """A council's debt after refunds."""

    id: int
    council_reference: str
    council_name: str
    space_name: str
    cents: int
    since: dt.datetime
    refusal: str
    order_reference: str
    asked_by_id: int | None
    asked_by: str
    because: str
    next_words: str


def owed_by_councils() -> list[OwedRow]:
    """Return councils' debts after refunds, oldest first."""
    return [
        OwedRow(
            id=claim.pk,
            council_reference=claim.share.council.reference,
            council_name=claim.share.council.name,
            space_name=claim.share.council.tenant.name,
            cents=claim.left_cents,
            since=claim.due_at,
            refusal=reasons.in_words(claim.refusal, reasons.REVERSALS),
            order_reference=claim.share.sale.order.reference,
            asked_by_id=claim.write_off_asked_by_id,
            asked_by=claim.write_off_asked_by.display_name if claim.write_off_asked_by else "",
            because=claim.write_off_because,
            next_words=next_of_claim(claim),
        )
        for claim in _owed_claims()
    ]


def owed_claim(claim_id: int) -> Claim | None:
    """Return a council's open debt after a refund."""
    return _owed_claims().filter(pk=claim_id).first()


def _owed_claims() -> QuerySet[Claim]:
    owed = Claim.objects.filter(state=Claim.State.OWED)
    return owed.select_related(
        "share__council__tenant", "share__sale__order", "write_off_asked_by"
    ).order_by("pk")


def written_off_alone(council_id: int) -> int:
    """Return the part of a council's debts written off without a second person's approval."""
    given_up = Claim.objects.filter(
        share__council=council_id, state=Claim.State.WRITTEN_OFF, write_off_asked_by=None
    )
    taxes = TaxPayment.objects.filter(
        statement__council=council_id,
        state=TaxPayment.State.WRITTEN_OFF,
        write_off_asked_by=None,
    )
    sums = [
        rows.aggregate(cents=Sum("amount_cents", default=0))["cents"] for rows in (given_up, taxes)
    ]
    return int(sum(sums))
