"""Trace of a payout back to the merchants with money in it."""

from collections import Counter
from typing import Any, NamedTuple

from django.db.models import QuerySet, Sum, Value

from billing.models import Payout, PayoutPart, RestitutionPart, TaxPart
from billing.wording import reasons

MOST_PARTS = 200


class OriginRow(NamedTuple):
    """A part of a payout: its merchant, and the sale."""

    merchant_name: str
    headline: str
    order_reference: str
    share_reference: str
    council_name: str
    cents: int


class PayoutTrace(NamedTuple):
    """A payout, traced back to the merchants with money in it."""

    payout: Payout
    why_words: str
    council_name: str
    left_old_account: bool
    merchants: list[tuple[str, int]]
    rows: list[OriginRow]
    more: int
    tax_cents: int
    other_cents: int


def payout_trace(stripe_id: str) -> PayoutTrace | None:
    """Return the origin of the money in a payout: by merchant, and sale by sale."""
    payout = Payout.objects.select_related("council").filter(stripe_id=stripe_id).first()
    if payout is None:
        return None
    parts = PayoutPart.objects.filter(payout=payout)
    given = RestitutionPart.objects.filter(payout=payout)
    origins: list[tuple[QuerySet[Any], str]] = [
        (parts, "" if payout.council_id is None else "transfer__share__")
    ]
    origins += [(given, "restitution__share__")] if payout.council_id else []
    rows = [row for found, way in origins for row in _rows(found, way)]
    merchants: Counter[str] = Counter()
    for found, way in origins:
        merchants.update(_by_merchant(found, way))
    taxes = TaxPart.objects.filter(payout=payout)
    tax_cents = int(taxes.aggregate(cents=Sum("amount_cents", default=0))["cents"])
    return PayoutTrace(
        payout=payout,
        why_words=reasons.in_words(payout.failure, reasons.PAYOUTS),
        council_name=payout.council.name if payout.council else "",
        left_old_account=_left_old_account(payout),
        merchants=sorted(merchants.items(), key=lambda one: (-one[1], one[0])),
        rows=rows[:MOST_PARTS],
        more=max(len(rows) - MOST_PARTS, 0),
        tax_cents=tax_cents,
        other_cents=payout.amount_cents - tax_cents - merchants.total(),
    )


def _left_old_account(payout: Payout) -> bool:
    """Return True if a payout left an account that has since been replaced."""
    council = payout.council
    return council is not None and payout.account not in {"", council.stripe_account}


def _by_merchant(parts: QuerySet[Any], way: str) -> dict[str, int]:
    found = parts.order_by().values_list(f"{way}sale__merchant__name")
    return dict(found.annotate(cents=Sum("amount_cents")))


def _rows(parts: QuerySet[Any], way: str) -> list[OriginRow]:
    """Return the first of some parts; `way` is the lookup from a part to its share, if any."""
    share = [f"{way}reference", f"{way}council__name"] if way else [Value(""), Value("")]
    found = parts.order_by("pk").values_list(
        f"{way}sale__merchant__name",
        f"{way}sale__order__campaign__headline",
        f"{way}sale__order__reference",
        *share,
        "amount_cents",
    )
    return [OriginRow(*row) for row in found[: MOST_PARTS + 1]]
