"""`manage.py bench_ledger`: post by ours and by raw inserts; fill the books; ask them."""

import datetime as dt
import itertools
import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction
from django.utils import timezone

from billing.councils.queries import trace
from billing.ledger import posting
from billing.ledger.queries import balances
from billing.ledger.rules import postings
from billing.ledger.settlement import closings
from billing.models import Order
from infra.drills.inside.money import bulk_sales, money_world, volumes
from saas.kernel import schema

SAMPLES = 25
_EVENT = """
    INSERT INTO billing_ledgertransaction (business_key, kind, occurred_at, source_ref, note)
    VALUES (%s, 'captured', %s, 'ch', '') RETURNING id
"""
_ENTRIES = """
    INSERT INTO billing_ledgerentry (transaction_id, account, amount_cents, currency, council_id,
        merchant_id, sale_id, stripe_id)
    VALUES (%s, 'stripe.balance', 120, 'EUR', NULL, NULL, %s, 'ch'),
           (%s, 'receivable', -120, 'EUR', NULL, %s, %s, '')
"""


class Command(BaseCommand):
    """The inner half of the bench `ledger`."""

    help = "Answers `ours N`, `raw N`, `fill N`, `close`, `trace` and `balance` with seconds."

    def handle(self, **_options: Any) -> None:
        """Run the command in each line until the input ends."""
        schema.enter(schema.PUBLIC)
        self.at, self.numbers = timezone.now(), itertools.count(1)
        self.people = money_world.build(self.at, more_spaces=0, with_accounts=False)
        self.sale, self.merchant = bulk_sales.fill(self.people, 1, self.at)[0]
        words: dict[str, Callable[..., object]] = {
            "ours": lambda count: self._timed(self._post, int(count)),
            "raw": lambda count: self._timed(self._insert, int(count)),
            "fill": lambda count: volumes.fill(self.people, int(count), self.at),
            "close": self._close,
            "trace": self._trace,
            "balance": self._balance,
        }
        for line in sys.stdin:
            word, *given = line.split()
            self.stdout.write(json.dumps(words[word](*given)))
            self.stdout.flush()

    def _timed(self, do: Callable[[], None], count: int) -> float:
        """Write so many events, each in a transaction of its own; answer the seconds."""
        began = time.perf_counter()
        for _ in range(count):
            do()
        return time.perf_counter() - began

    def _post(self) -> None:
        lines = postings.captured(
            cents=120, merchant_id=self.merchant, sale_id=self.sale, charge="ch"
        )
        posting.post(f"ours:{next(self.numbers)}", lines, kind="captured", at=self.at, source="ch")

    def _insert(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            row = cursor.execute(_EVENT, [f"raw:{next(self.numbers)}", self.at]).fetchone()
            sale, event = self.sale, row[0]
            cursor.execute(_ENTRIES, [event, sale, event, self.merchant, sale])

    def _close(self) -> float:
        began = time.perf_counter()
        closings.close_books(at=self.at)
        volumes.analyse()
        return time.perf_counter() - began

    def _trace(self) -> dict[str, float]:
        """Follow some orders from the merchant to the bank; answer the milliseconds."""
        orders = list(Order.objects.filter(reference__startswith="OB").order_by("pk")[:2_000])
        chosen = random.Random(1).sample(orders, min(SAMPLES, len(orders)))  # noqa: S311 - repeatable
        return _milliseconds([lambda order=order: trace.trace_of(order) for order in chosen])  # type: ignore[misc]

    def _balance(self) -> dict[str, float]:
        """Read every account's balance at moments of the year; return the milliseconds."""
        chance = random.Random(2)  # noqa: S311 - the same moments each time
        moments = [self.at - dt.timedelta(hours=chance.randrange(24 * 364)) for _ in range(SAMPLES)]
        return _milliseconds([lambda at=at: balances.balances_at(at) for at in moments])  # type: ignore[misc]


def _milliseconds(asks: list[Callable[[], object]]) -> dict[str, float]:
    asks[0]()
    took = []
    for ask in asks:
        began = time.perf_counter()
        ask()
        took.append(1000 * (time.perf_counter() - began))
    return {"median": round(statistics.median(took), 2), "longest": round(max(took), 2)}
