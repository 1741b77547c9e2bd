"""Queries that follow each job are answered by an index, however long a table has grown."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from billing.adjustments.queries.disputes import disputes_to_mail
from billing.adjustments.queries.due import refunds_to_mail
from billing.councils.queries.changes import notices_to_mail
from billing.councils.queries.due import councils_to_mail, transfers_to_mail
from billing.models import Payment, Transfer
from billing.orders.queries.months import payments_to_mail
from billing.papers.queries.invoices import invoices_to_render, invoices_to_send
from billing.stripe.queries.due import events_to_process

pytestmark = pytest.mark.django_db


def index_of(rows: QuerySet[Any]) -> str:
    """Return the index that a query uses, or an empty text; the planner may choose the order."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        sql, values = rows.order_by().values_list("pk").query.sql_with_params()
        cursor.execute(f"EXPLAIN (COSTS off) {sql}", values)
        found = [line for (line,) in cursor.fetchall() if " using " in line]
    return found[0].partition(" using ")[2].partition(" on ")[0] if found else ""


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (invoices_to_render, "invoices_without_a_file"),
        (invoices_to_send, "invoices_nobody_was_told_of"),
        (transfers_to_mail, "transfers_to_be_told"),
        (councils_to_mail, "transfers_to_be_told"),
        (disputes_to_mail, "disputes_to_be_told"),
        (refunds_to_mail, "refunds_to_be_told"),
        (notices_to_mail, "notices_to_be_told"),
        (payments_to_mail, "debits_to_be_told"),
    ],
)
def test_rows_to_mail_are_found_by_an_index(ask: Callable[[], QuerySet[Any]], index: str) -> None:
    assert index_of(ask()) == index


def test_object_of_an_event_is_found_by_its_number() -> None:
    assert (
        index_of(Transfer.objects.filter(stripe_id="tr_1")) == "a_transfer_of_stripe_is_kept_once"
    )
    by_invoice = index_of(Payment.objects.filter(stripe_invoice="in_1"))
    assert by_invoice == "payments_by_invoice_of_stripe"


def test_events_that_wait_are_found_in_the_order_of_their_own_index() -> None:
    with CaptureQueriesContext(connection) as queries:
        events_to_process(at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN (COSTS off) {queries.captured_queries[-1]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "using events_to_be_processed" in plan
    assert "Presorted Key: received_at" in plan
