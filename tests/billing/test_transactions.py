"""Locks in settlement are inside a transaction: a step is done entirely or not at all."""

import contextlib
import importlib
import inspect

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import Error, connection
from django.test.utils import CaptureQueriesContext

STEPS = """
adjustments.settlement.disputes.apply_snapshot
adjustments.settlement.refunds._apply_snapshot
councils.settlement.accounts._apply_snapshot
councils.settlement.accounts._record_balance
councils.settlement.accounts.lose
councils.settlement.changes._apply_snapshot
councils.settlement.changes._note_closed
councils.settlement.changes._prepare_closing
councils.settlement.payouts.apply_snapshot
councils.settlement.releases.release
councils.settlement.restitutions.release
councils.settlement.reversals._apply_snapshot
councils.settlement.reversals._owe_unreversed
councils.settlement.reversals.retry
councils.settlement.self_billing.bill
councils.settlement.taxes._owe_late
councils.settlement.taxes.release
ledger.settlement.closings._close
ledger.settlement.closings.forget_closings
ledger.settlement.closings.take_in_late
ledger.settlement.reconcile._end
orders.settlement.months._apply_snapshot
orders.settlement.payments.apply_snapshot
orders.settlement.subscriptions.apply_snapshot
papers.settlement.rendering._note
stripe.calls.send._claim
stripe.calls.send._finish
stripe.calls.send._note
stripe.calls.send._try_anew
"""
# There is nothing that the step could be about: only how it begins is looked at.
STOPPED = (ObjectDoesNotExist, AttributeError, LookupError, TypeError, ValueError, Error)


@pytest.mark.parametrize("step", STEPS.split())
def test_a_step_begins_its_transaction_before_all_else(db: None, step: str) -> None:
    module, _, name = step.rpartition(".")
    act = getattr(importlib.import_module(f"billing.{module}"), name)
    nothing = dict.fromkeys(inspect.signature(act).parameters)
    with CaptureQueriesContext(connection) as queries, contextlib.suppress(*STOPPED):
        act(**nothing)
    assert queries.captured_queries[0]["sql"].startswith("SAVEPOINT")
