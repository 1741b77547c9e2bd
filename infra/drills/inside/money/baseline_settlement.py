"""The peer of the bench `settlement`: the same calls by stripe-python, the same rows by psycopg.

It decides nothing, changes no row, checks nothing and would not survive a kill: it is the minimum
of work. Its rows are copies of a settled order's rows with new primary keys, each in the same
commit as in the product. The webhook uses the same endpoint.
"""

import functools
import json
import time
import uuid
from typing import Any, NamedTuple, cast

import psycopg
from django.db import connection, transaction
from psycopg.rows import dict_row

from billing.stripe.gateway import client
from infra.drills.inside.money import hours
from infra.drills.inside.money.settling import HOLD, Paid, SettlementBench, deliveries_of

type Row = dict[str, Any]

EXPAND = ["payment_intent.latest_charge.balance_transaction"]
_OF_SALE = "sale_id = (SELECT id FROM billing_sale WHERE order_id = %s)"
_SHARES = f"(SELECT id FROM billing_share WHERE {_OF_SALE})"  # noqa: S608 - our own words
_TRANSFERS = f"(SELECT id FROM billing_transfer WHERE share_id IN {_SHARES})"  # noqa: S608 - ours
_ENTRIES = f"SELECT transaction_id FROM billing_ledgerentry WHERE {_OF_SALE}"  # noqa: S608 - ours
# Conditions that select a settled order's rows.
ROWS_OF_ORDER = {
    "billing_sale": "order_id = %s",
    "billing_invoice": "order_id = %s",
    "billing_invoiceline": "invoice_id IN (SELECT id FROM billing_invoice WHERE order_id = %s)",
    "billing_saleterms": _OF_SALE,
    "billing_share": _OF_SALE,
    "billing_transfer": f"share_id IN {_SHARES}",
    "billing_stripecall": f"kind = 'transfer' AND subject_id IN {_TRANSFERS}",
    "billing_ledgertransaction": f"id IN ({_ENTRIES})",
    "billing_ledgerentry": _OF_SALE,
}
_CHANGES = """
    SELECT * FROM billing_statechange WHERE (machine = 'order' AND subject_id = %s)
    OR (machine = 'payment' AND subject_id = %s) OR (machine = 'share' AND subject_id = %s)
    OR (machine = 'transfer' AND subject_id = %s) ORDER BY id
"""
ANEW = {"id", "posted_xid"}
COLLECTED = ("invoiced", "captured", "shared", "fee")


class Collected(NamedTuple):
    """The rows of a paid order."""

    paid: Paid
    sale: int
    share: int
    charge: str


class BaselineSettlement:
    """Writes copies of an order's rows, and makes its two calls."""

    def __init__(self, settled: Paid, bench: SettlementBench) -> None:
        self.bench = bench
        self.calls = client.client()
        self.rows = {
            table: self._rows_of(table, where, settled) for table, where in ROWS_OF_ORDER.items()
        }
        share, transfer = self._first("share")["id"], self._first("transfer")["id"]
        about = [settled.order, settled.payment, share, transfer]
        self.changes = self._read(_CHANGES, about)
        self.serial = 1_000_000

    def _rows_of(self, table: str, where: str, settled: Paid) -> list[Row]:
        statement = f"SELECT * FROM {table} WHERE {where} ORDER BY id"  # noqa: S608 - our own words
        return self._read(statement, [settled.order])

    def _read(self, statement: str, values: list[Any]) -> list[Row]:
        connection.ensure_connection()
        with connection.connection.cursor(row_factory=dict_row) as cursor:
            cursor.execute(statement, values)
            found: list[Row] = cursor.fetchall()
        return found

    def _first(self, name: str) -> Row:
        return self.rows[f"billing_{name}"][0]

    def settle(self, paid: list[Paid]) -> float:
        """Do the minimum of work for each order; return the seconds."""
        deliveries = deliveries_of(paid)
        began = time.perf_counter()
        sales = []
        for one in paid:
            self.bench.endpoints.post(deliveries[one.session])
            sales.append(self._collect(one))
        self.bench.jobs.waiting.clear()
        seconds = time.perf_counter() - began
        hours.advance(days=str(HOLD.days))
        began = time.perf_counter()
        for sale in sales:
            self._pay_out(sale)
        return seconds + time.perf_counter() - began

    def _collect(self, one: Paid) -> Collected:
        """Fetch the payment, write the sale and its ledger entries; return the rows."""
        self.serial += 1
        session: Any = self.calls.v1.checkout.sessions.retrieve(one.session, {"expand": EXPAND})
        charge = str(session.payment_intent.latest_charge.id)
        with transaction.atomic():
            ids = {"order_id": one.order, "payment_id": one.payment, "uuid": uuid.uuid4()}
            sale = self._insert("sale", self._first("sale"), **ids)
            number = f"B{self.serial}"
            papers = {"order_id": one.order, "sale_id": sale, "serial": self.serial}
            invoice = self._insert("invoice", self._first("invoice"), number=number, **papers)
            self._insert("invoiceline", self._first("invoiceline"), invoice_id=invoice)
            self._insert("saleterms", self._first("saleterms"), sale_id=sale)
            share = self._insert("share", self._first("share"), sale_id=sale, reference=number)
            self._book(sale, *COLLECTED)
            self._change("order", "payment")
        return Collected(one, sale, share, charge)

    def _pay_out(self, one: Collected) -> None:
        """Write the transfer, make it, write that it was made."""
        self.serial += 1
        identifier, call = uuid.uuid4(), self._first("stripecall")
        with transaction.atomic():
            ids = {"share_id": one.share, "uuid": identifier, "stripe_id": f"tr_bare_{self.serial}"}
            transfer = self._insert("transfer", self._first("transfer"), **ids)
            key = {"key": str(identifier), "uuid": identifier, "subject_id": transfer}
            self._insert("stripecall", call, **key)
            self._book(one.sale, "due")
            self._change("share", but="transferred")
        with transaction.atomic():
            self._change("transfer", but="done")
        origin = {"source_transaction": one.charge, "transfer_group": one.paid.group}
        params = cast("Any", {**json.loads(call["params"]), **origin})
        self.calls.v1.transfers.create(params, {"idempotency_key": str(identifier)})
        with transaction.atomic():
            self._book(one.sale, "transferred")
            self._change("share", only="transferred")
            self._change("transfer", only="done")

    def _book(self, sale: int, *kinds: str) -> None:
        for event in self.rows["billing_ledgertransaction"]:
            if event["kind"] not in kinds:
                continue
            key = {"business_key": f"bare:{uuid.uuid4()}"}
            written = self._insert("ledgertransaction", event, **key)
            for entry in self.rows["billing_ledgerentry"]:
                if entry["transaction_id"] == event["id"]:
                    self._insert("ledgerentry", entry, transaction_id=written, sale_id=sale)

    def _change(self, *machines: str, only: str = "", but: str = "") -> None:
        for change in self.changes:
            trigger = change["trigger"]
            if change["machine"] in machines and trigger != but and only in {"", trigger}:
                self._insert("statechange", change)

    def _insert(self, name: str, row: Row, **anew: Any) -> int:
        """Insert a copy of a row, with its own values for some columns; return its primary key."""
        values = {key: anew.get(key, value) for key, value in row.items() if key not in ANEW}
        statement = _statement(name, tuple(values))
        with psycopg.Cursor(connection.connection) as cursor:
            cursor.execute(statement, list(values.values()), prepare=True)
            return int(cursor.fetchall()[0][0])


@functools.cache
def _statement(name: str, columns: tuple[str, ...]) -> str:
    """Return how a row is written: worded once, and kept prepared as ours are."""
    names = ", ".join(f'"{column}"' for column in columns)
    return (
        f"INSERT INTO billing_{name} ({names})"  # noqa: S608 - our own words
        f" VALUES ({', '.join(['%s'] * len(columns))}) RETURNING id"
    )
