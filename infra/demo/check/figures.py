"""Figures of the check, read back from the database and from the simulator."""

from typing import Any

import requests
from django.db.models import Count, Sum

from billing.models import Account, LedgerEntry, Payment, Share
from infra.demo.check.browser import WentWrong
from infra.demo.check.journey import Journey
from infra.demo.check.money import order_of, rates_of
from saas.kernel import schema


def figures(journey: Journey) -> dict[str, Any]:
    """Return spaces, payment, shares, ledger and Stripe's difference; raise WentWrong if wrong."""
    with schema.in_public():
        found = {
            "spaces": [
                {"slug": space.slug, "schema": space.schema, "seconds": space.seconds}
                for space in journey.spaces
            ],
            "payment": _payment(journey),
            "shares": _shares(journey),
            "ledger": _ledger(),
            "stripe": {"difference_cents": _difference(journey)},
        }
    _check(found)
    return found


def _payment(journey: Journey) -> dict[str, Any]:
    order = order_of(journey)
    payment = Payment.objects.get(order=order, state=Payment.State.SUCCEEDED)
    return {
        "currency": "eur",
        "gross_cents": order.gross_cents,
        "net_cents": order.net_cents,
        "vat_cents": order.vat_cents,
        "stripe_fee_cents": payment.fee_cents,
    }


def _shares(journey: Journey) -> list[dict[str, Any]]:
    rates = rates_of(journey)
    shares = (
        Share.objects.filter(sale__order__reference=journey.order)
        .select_related("council__tenant")
        .prefetch_related("transfers")
        .order_by("pk")
    )
    return [
        {
            "space": share.council.tenant.slug,
            "rate_bp": rates[share.council.tenant.slug],
            "cents": share.amount_cents,
            "transfer": share.transfers.all()[0].stripe_id,
        }
        for share in shares
    ]


def _ledger() -> dict[str, int]:
    entries = LedgerEntry.objects.aggregate(count=Count("pk"), cents=Sum("amount_cents"))
    return {"postings": entries["count"], "sum_cents": int(entries["cents"] or 0)}


def _difference(journey: Journey) -> int:
    """Return Stripe's balance, pending and available, minus the ledger's."""
    stripe = journey.stack["stripe"]
    answer = requests.get(
        f"{stripe['api_base']}/v1/balance",
        headers={"Authorization": f"Bearer {stripe['api_key']}"},
        timeout=30,
    )
    answer.raise_for_status()
    balance = answer.json()
    held = sum(part["amount"] for kind in ("available", "pending") for part in balance[kind])
    entries = LedgerEntry.objects.filter(account=Account.STRIPE_BALANCE)
    return int(held) - int(entries.aggregate(cents=Sum("amount_cents", default=0))["cents"])


def _check(found: dict[str, Any]) -> None:
    payment, shares = found["payment"], found["shares"]
    faults = {
        "the order's parts do not add up": payment["gross_cents"]
        != payment["net_cents"] + payment["vat_cents"],
        "the tax divides evenly: the check is too easy": payment["net_cents"] * 20 % 100 == 0,
        "the councils have the same rate": len({share["rate_bp"] for share in shares})
        < len(shares),
        "a share is missing": len(shares) != len(found["spaces"]),
        "the books do not balance": found["ledger"]["sum_cents"] != 0,
        "Stripe and the books differ": found["stripe"]["difference_cents"] != 0,
        "the fee is not known": payment["stripe_fee_cents"] is None,
    }
    wrong = [fault for fault, found_it in faults.items() if found_it]
    if wrong:
        raise WentWrong("; ".join(wrong))
