"""Netting of a council's debts with amounts due to it: debts of shares first, then of VAT."""

import datetime as dt
from typing import NamedTuple

from billing.councils.settlement import deducting
from billing.ledger import posting
from billing.ledger.rules import postings
from billing.models import Claim, Share, TaxPayment
from billing.transitions.transition import CLOCK, transition
from saas.kernel.database import rows

# Few claims are owed, and a council has thousands of shares: its own are found from the claims.
_OWED = """
    state = 'owed' AND (SELECT council_id FROM billing_share WHERE id = share_id) = %s
"""
_OWED_TAX = """
    state = 'owed' AND statement_id IN (SELECT id FROM billing_statement WHERE council_id = %s)
"""
_HOLD = "ORDER BY id FOR UPDATE"
_OWES = f"""
    SELECT 1 WHERE EXISTS (SELECT FROM billing_claim WHERE {_OWED})
    OR EXISTS (SELECT FROM billing_taxpayment WHERE {_OWED_TAX})
"""  # noqa: S608 - our own words


class Due(NamedTuple):
    """An amount due to a council: with its sale if any, its ledger key, and the moment."""

    council_id: int
    sale_id: int | None
    key: str
    at: dt.datetime


def set_off(
    council_id: int, due_cents: int, *, key: str, due_sale_id: int | None, at: dt.datetime
) -> int:
    """Net a council's debts with an amount due to it; return the netted cents.

    `key` identifies the amount due in the business keys of the ledger.
    """
    if not rows.tuples(_OWES, [council_id, council_id]):
        return 0
    due = Due(council_id, due_sale_id, key, at)
    events: list[posting.Event] = []
    left = _of_shares(due, due_cents, events)
    left = _of_tax(due, left, events) if left else 0
    posting.post_all(events)
    return due_cents - left


def _of_shares(due: Due, left: int, events: list[posting.Event]) -> int:
    """Net the council's debts of earlier sales, oldest first; return the cents left."""
    for claim in rows.read(Claim, _OWED, [due.council_id], hold=_HOLD):
        part = min(claim.left_cents, left)
        if part == 0:
            break
        left -= part
        events.append(_event(due, part, uuid=claim.uuid, owed_sale_id=_sale_of(claim)))
        claim.settled_cents, claim.settled_at = claim.settled_cents + part, due.at
        claim.save(update_fields=["settled_cents", "settled_at"])
        if claim.left_cents == 0:
            transition("claim", claim, "netted", by=CLOCK, at=due.at)
    return left


def _sale_of(claim: Claim) -> int:
    return Share.objects.values_list("sale_id", flat=True).get(pk=claim.share_id)


def _of_tax(due: Due, left: int, events: list[posting.Event]) -> int:
    """Set off the VAT that credit notes in the council's name took back."""
    for tax in rows.read(TaxPayment, _OWED_TAX, [due.council_id], hold=_HOLD):
        part = min(tax.left_cents, left)
        if part == 0:
            break
        left -= part
        events.append(_event(due, part, uuid=tax.uuid, owed_sale_id=None))
        tax.netted_cents += part
        tax.save(update_fields=["netted_cents"])
        if tax.left_cents == 0:
            transition("tax", tax, "netted", by=CLOCK, at=due.at)
            events += deducting.events_of(tax, at=due.at)
    return left


def _event(due: Due, cents: int, *, uuid: object, owed_sale_id: int | None) -> posting.Event:
    lines = postings.netted(
        cents=cents,
        council_id=due.council_id,
        due_sale_id=due.sale_id,
        owed_sale_id=owed_sale_id,
    )
    return posting.Event(f"netting:{uuid}:{due.key}", lines, "netted", due.at)
