"""All money tables as text, equal after the same events.

Values from a database sequence, a clock or a random source are skipped by name or replaced by a
label for their row; everything else is compared byte for byte.
"""

import datetime as dt
import json
import re
from typing import Any

from django.db import connection

# Given in the order of arrival, or drawn: rows of ours and moments at which we did something.
LEFT_OUT = frozenset({
    "id",
    "uuid",
    "reference",
    "posted_at",
    "posted_xid",
    "number",
    "serial",
    "series_id",
    "issued_at",
    "released_at",
    "mailed_at",
    "asked_at",
    "seen_at",
    "account_seen_at",
    "created_at",
    "requested_at",
    "rendered_at",
    "declined_at",
    "settled_at",
    "due_at",
    "withdrawn_at",
    "stopped_at",
    "file",
    "sha256",
})  # fmt: skip
# Statements that label a row by its subject, so that others can refer to it; in this order.
NAMES = {
    "placements_campaign": "SELECT o.campaign_id, min(p.session_id) FROM billing_order o"
    " JOIN billing_payment p ON p.order_id = o.id GROUP BY 1",
    "billing_order": "SELECT order_id, min(session_id) FROM billing_payment GROUP BY 1",
    "billing_payment": "SELECT id, session_id FROM billing_payment",
    "billing_sale": "SELECT s.id, p.session_id FROM billing_sale s"
    " JOIN billing_payment p ON p.id = s.payment_id",
    "billing_refund": "SELECT id, stripe_id FROM billing_refund",
    "billing_dispute": "SELECT id, stripe_id FROM billing_dispute",
    "billing_share": "SELECT h.id, p.session_id || ' of ' || h.council_id FROM billing_share h"
    " JOIN billing_sale s ON s.id = h.sale_id JOIN billing_payment p ON p.id = s.payment_id",
    "billing_transfer": "SELECT t.id, p.session_id || ' of ' || h.council_id"
    " FROM billing_transfer t JOIN billing_share h ON h.id = t.share_id"
    " JOIN billing_sale s ON s.id = h.sale_id"
    " JOIN billing_payment p ON p.id = s.payment_id",
    "billing_restitution": "SELECT r.id, d.stripe_id || ' of ' || h.council_id"
    " FROM billing_restitution r JOIN billing_dispute d ON d.id = r.dispute_id"
    " JOIN billing_share h ON h.id = r.share_id",
    "billing_statement": "SELECT id, council_id || ' ' || first_day || ' ' || last_day"
    " FROM billing_statement",
    "billing_taxpayment": "SELECT x.id, s.council_id || ' ' || s.first_day || ' ' || s.last_day"
    " FROM billing_taxpayment x JOIN billing_statement s ON s.id = x.statement_id",
    "billing_payout": "SELECT id, stripe_id FROM billing_payout",
    "billing_ledgertransaction": "",
    "billing_claim": "",
    "billing_saleterms": "",
    "billing_ledgerentry": "",
    "billing_council": "",
    "billing_subscription": "",
    "billing_invoice": "",
    "billing_orderline": "",
}
REFERS = {
    "campaign_id": "placements_campaign",
    "order_id": "billing_order",
    "payment_id": "billing_payment",
    "sale_id": "billing_sale",
    "refund_id": "billing_refund",
    "dispute_id": "billing_dispute",
    "share_id": "billing_share",
    "transfer_id": "billing_transfer",
    "statement_id": "billing_statement",
    "transaction_id": "billing_ledgertransaction",
}
COMPARED = tuple(name for name in NAMES if name.startswith("billing_"))
_DRAWN = "SELECT {column}::text, {label} FROM {table}"
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_STRIPE = re.compile(r"\b(tr|trr|txn|re|py|pyr)_\w+")
_SHARE = re.compile(r"\b(?:SH|RS)-\w+|\bSH\w{6,}")
# A flight is compared only by its subject: a month's flights are created again with its campaign.
SKIPPED = frozenset({"flight_id", "corrects_id", "url", "seller", "buyer"})


# A month's ad runs from the day of the payment's event: its days follow that day.
SHOWN_LATER = frozenset({"served_from", "served_until", "release_at", "description"})


class CanonicalDump:
    """Writes the tables as text that does not depend on the order of events."""

    def __init__(self, known: set[str], end: dt.datetime) -> None:
        self.known, self.end = known, end
        self.labels = {table: _pairs(statement) for table, statement in NAMES.items() if statement}
        self.drawn = self._drawn()

    def _drawn(self) -> dict[str, str]:
        """Return the label of each row by its random identifiers."""
        found = {}
        for table, column in (
            ("billing_payment", "uuid"),
            ("billing_refund", "uuid"),
            ("billing_dispute", "uuid"),
            ("billing_transfer", "uuid"),
            ("billing_transfer", "stripe_id"),
            ("billing_restitution", "uuid"),
            ("billing_restitution", "stripe_id"),
            ("billing_restitution", "reference"),
            ("billing_taxpayment", "uuid"),
            ("billing_taxpayment", "stripe_id"),
            ("billing_share", "reference"),
            ("billing_order", "uuid"),
            ("billing_order", "reference"),
        ):
            for row_id, token in _pairs(f"SELECT id, {column}::text FROM {table}").items():  # noqa: S608 - our own names
                if token:
                    found[token] = f"<{table} {self.labels[table].get(row_id, '')}>"
        return found

    def text(self) -> list[str]:
        """Return a line for each row of each table, sorted."""
        events = self._events()
        return sorted(
            f"{table} {self._line(row, events)}"
            for table in COMPARED
            for row in _rows(f"SELECT * FROM {table}")  # noqa: S608 - our own names
        )

    def _events(self) -> dict[int, str]:
        keys = _pairs("SELECT id, business_key FROM billing_ledgertransaction")
        return {row_id: self._canonical(key) for row_id, key in keys.items()}

    def _line(self, row: dict[str, Any], events: dict[int, str]) -> str:
        sale = self.labels["billing_sale"].get(row.get("sale_id", 0), "")
        about = sale or self.labels["billing_order"].get(row.get("order_id", 0), "")
        moved = SHOWN_LATER if about.startswith("in_") else frozenset[str]()
        values = {
            column: self._value(column, value, events)
            for column, value in row.items()
            if column not in LEFT_OUT | SKIPPED | moved and value is not None
        }
        return json.dumps(values, sort_keys=True)

    def _value(self, column: str, value: Any, events: dict[int, str]) -> str:
        if column == "transaction_id":
            return events[value]
        if isinstance(value, dt.datetime) and (value.microsecond or value > self.end):
            return "<when we did it>"  # Stripe's own moments are whole seconds
        if column in REFERS:
            return self.labels[REFERS[column]].get(value, str(value))
        return self._canonical(str(value))

    def _canonical(self, text: str) -> str:
        """Return a text with its random identifiers replaced by labels."""
        for pattern in (_UUID, _SHARE):
            text = pattern.sub(lambda met: self.drawn.get(met[0], "<drawn>"), text)
        return _STRIPE.sub(self._of_stripe, text)

    def _of_stripe(self, met: re.Match[str]) -> str:
        if met[0] in self.drawn:
            return self.drawn[met[0]]
        return met[0] if met[0] in self.known else f"<new {met[1]}>"


def _pairs(statement: str) -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return dict(cursor.fetchall())


def _rows(statement: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
