"""`manage.py bench_reconciliation`: fill the books, compare them with Stripe, read Stripe bare."""

import json
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction
from django.utils import timezone

from billing.ledger.settlement import reconcile
from infra.demo import levers
from infra.drills.inside.money import bulk_sales, money_world, volumes
from saas.kernel import schema

_EVENTS = """
    INSERT INTO billing_ledgertransaction (business_key, kind, occurred_at, source_ref, note)
    SELECT key, kind, %(at)s - interval '1 day', charge, '' FROM (
        SELECT 'payment:' || uuid || ':captured' AS key, 'captured' AS kind, charge
        FROM billing_payment WHERE charge LIKE 'ch_OB%%' UNION ALL
        SELECT 'bt:txn_' || lpad(substr(charge, 6), 24, '0'), 'fee', charge
        FROM billing_payment WHERE charge LIKE 'ch_OB%%') event
"""
_ENTRIES = """
    INSERT INTO billing_ledgerentry (transaction_id, account, amount_cents, currency, stripe_id)
    SELECT event.id, line.account, line.cents, 'EUR',
           CASE WHEN line.kind = 'captured' THEN event.source_ref
                ELSE substr(event.business_key, 4) END
    FROM billing_ledgertransaction event
    JOIN (VALUES ('captured', 'stripe.balance', 120), ('captured', 'receivable', -120),
                 ('fee', 'fees.stripe', 27), ('fee', 'stripe.balance', -27)
    ) line (kind, account, cents) ON line.kind = event.kind
    WHERE event.source_ref LIKE 'ch_OB%%'
"""
_PAYMENTS = """
    UPDATE billing_payment SET balance_transaction = 'txn_' || lpad(substr(charge, 6), 24, '0')
    WHERE charge LIKE 'ch_OB%%'
"""


class Command(BaseCommand):
    """The inner half of the bench `reconciliation`."""

    help = "Answers `fill N`, `compare` and `read`: a simulator and drill settings only."

    def handle(self, **_options: Any) -> None:
        """Run the command in each line until the input ends."""
        schema.enter(schema.PUBLIC)
        self.moves = 0
        words: dict[str, Callable[..., object]] = {
            "fill": self._fill,
            "compare": self._compare,
            "read": self._read,
        }
        for line in sys.stdin:
            word, *given = line.split()
            self.stdout.write(json.dumps(words[word](*map(int, given))))
            self.stdout.flush()

    def _fill(self, moves: int) -> int:
        """Post a payment and its fee for each balance transaction that the simulator will list."""
        self.moves, at = moves, timezone.now()
        people = money_world.build(at, more_spaces=0, with_accounts=False)
        with transaction.atomic(), connection.cursor() as cursor:
            bulk_sales.fill(people, moves, at)
            cursor.execute(_PAYMENTS)
            cursor.execute(_EVENTS, {"at": at})
            cursor.execute(_ENTRIES)
        volumes.analyse()
        return moves

    def _compare(self) -> dict[str, Any]:
        """Run the nightly reconciliation; a second run compares the same three days."""
        before, began = _peak(), time.perf_counter()
        run = reconcile.reconcile(at=timezone.now())
        seconds = time.perf_counter() - began
        return {
            "seconds": round(seconds, 3),
            "state": run.state,
            "compared": run.compared,
            "differing": run.differing,
            "peak_mib_before": before,
            "peak_mib": _peak(),
        }

    def _read(self) -> float:
        """Read Stripe's balance transactions page by page, without using them."""
        began = time.perf_counter()
        for _row in levers.listed("/v1/balance_transactions", most=self.moves):
            pass
        return time.perf_counter() - began


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
