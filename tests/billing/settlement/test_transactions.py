"""Locks of settlement stand in a transaction: a step is done whole, or not at all."""

import contextlib
import importlib
import inspect

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import Error, connection
from django.test.utils import CaptureQueriesContext

STEPS = """
accounts._note_balance
accounts._apply_snapshot
accounts.lose
changes._note_closed
changes._prepare_closing
changes._apply_snapshot
closings._close
closings.forget_closings
closings.take_in_late
disputes.apply_snapshot
months._apply_snapshot
payments.apply_snapshot
payouts.apply_snapshot
reconcile._end
refunds._apply_snapshot
releases.release
rendering._note
restitutions.release
reversals._owe_what_nobody_reversed
reversals._apply_snapshot
reversals.retry
self_billing.bill
calls.send._claim
calls.send._finish
calls.send._note
calls.send._try_anew
subscriptions.apply_snapshot
taxes._owe_late
taxes.release
"""
# There is nothing that the step could be about: only how it begins is looked at.
STOPPED = (ObjectDoesNotExist, AttributeError, LookupError, TypeError, ValueError, Error)


@pytest.mark.parametrize("step", STEPS.split())
def test_a_step_begins_its_transaction_before_all_else(db: None, step: str) -> None:
    module, _, name = step.rpartition(".")
    act = getattr(importlib.import_module(f"billing.settlement.{module}"), name)
    nothing = dict.fromkeys(inspect.signature(act).parameters)
    with CaptureQueriesContext(connection) as told, contextlib.suppress(*STOPPED):
        act(**nothing)
    assert told.captured_queries[0]["sql"].startswith("SAVEPOINT")
