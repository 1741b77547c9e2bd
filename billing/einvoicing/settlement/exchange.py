"""Electronic invoices as they are stored: prepared, deposited once, and followed.

Each request has the row's key, committed before it is sent: a process that is killed after the
platform took a document repeats the same request, and the platform knows it.
"""

import datetime as dt
import hashlib
import json

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from billing.einvoicing import queries, rules
from billing.einvoicing.gateway.platform import (
    Deposit,
    Platform,
    PlatformAwayError,
    PlatformRefusedError,
    Supplied,
    Update,
)
from billing.ledger.queries.accounting import day_of
from billing.models import EInvoice, Invoice
from billing.papers.settlement import rendering
from billing.transitions import machines
from billing.transitions.transition import CLOCK, record, transition
from saas.kernel.database import rows
from saas.kernel.uploads import files

ROOM = "einvoices"
PLATFORM = "plateforme"
_SENT = ["platform_id", "deposited_at", "next_at", "failure", "answer"]
# Statuses that a platform may repeat for a while.
_LOOKS_BACK = dt.timedelta(days=3)


def prepare(*, at: dt.datetime) -> None:
    """Prepare the deposits of new papers, and the reports of periods that are over."""
    for paper in queries.to_prepare():
        EInvoice.objects.get_or_create(
            invoice=paper,
            defaults={"kind": EInvoice.Kind.INVOICE, "created_at": at, "next_at": at},
        )
    for first_day, last_day in queries.periods_to_report(today=day_of(at)):
        EInvoice.objects.get_or_create(
            kind=EInvoice.Kind.REPORT,
            first_day=first_day,
            defaults={
                "last_day": last_day,
                "content": rules.report_of(queries.sold_between(first_day, last_day)),
                "created_at": at,
                "next_at": at,
            },
        )


def exchange(platform: Platform, *, at: dt.datetime) -> None:
    """Send all due requests, then follow the platform's news. Raises PlatformAwayError."""
    for row_id in queries.due_now(at=at):
        send(row_id, platform, at=at)
    since = at - _LOOKS_BACK
    for update in platform.updates(since):
        follow(update, at=at)
    for invoice in platform.supplied(since):
        receive(invoice, at=at)


def send(row_id: int, platform: Platform, *, at: dt.datetime) -> None:
    """Send the due request of a row, outside of a transaction. Raises PlatformAwayError."""
    row = _claim(row_id, at=at)
    if row is None:
        return
    try:
        if row.platform_id:
            platform.report(row.platform_id, row.answer, reason=row.reason, key=str(row.key))
            _note_reported(row.pk, row.answer, at=at)
        else:
            _note_deposit(row.pk, platform.deposit(_deposit_of(row)), at=at)
    except PlatformRefusedError as no:
        _note_rejection(row.pk, str(no), at=at)
    except PlatformAwayError as away:
        failure = rows.cut(EInvoice, "failure", str(away) or "away")
        EInvoice.objects.filter(pk=row.pk).update(failure=failure)
        raise


@transaction.atomic
def _claim(row_id: int, *, at: dt.datetime) -> EInvoice | None:
    """Count a sending and set its retry before it is sent."""
    due = EInvoice.objects.select_for_update(of=("self",), skip_locked=True)
    row = due.select_related("invoice").filter(pk=row_id, next_at__lte=at).first()
    if row is None:
        return None
    row.sendings += 1
    row.next_at = rules.next_try(row.sendings, at=at)
    row.save(update_fields=["sendings", "next_at"])
    return row


def _deposit_of(row: EInvoice) -> Deposit:
    if row.invoice is None:
        name, syntax = f"{row.reference}.json", "EReporting"
        content = json.dumps(row.content, sort_keys=True).encode()
    else:
        name, syntax = f"{row.invoice.number}.pdf", "Factur-X"
        content = rendering.content_of(row.invoice) or b""
    return Deposit(str(row.key), name, syntax, content, hashlib.sha256(content).hexdigest())


@transaction.atomic
def _note_deposit(row_id: int, platform_id: str, *, at: dt.datetime) -> None:
    """Note a deposit, and prepare the status 212: our invoices are paid when they are issued."""
    row = _locked(row_id)
    row.platform_id, row.deposited_at, row.failure = platform_id, at, ""
    is_paid = row.invoice is not None and row.invoice.kind == Invoice.Kind.INVOICE
    row.answer = rules.PAID if is_paid else ""
    row.next_at = at if is_paid else None
    transition("einvoice", row, "deposited", by=CLOCK, at=at, also=_SENT)


@transaction.atomic
def _note_reported(row_id: int, answer: str, *, at: dt.datetime) -> None:
    row = _locked(row_id)
    if row.answer == answer:
        row.answer, row.next_at = "", None
    row.failure = ""
    row.save(update_fields=["answer", "next_at", "failure"])
    if row.invoice is not None and machines.following("einvoice", row.state, "paid"):
        transition("einvoice", row, "paid", by=CLOCK, at=at)


@transaction.atomic
def _note_rejection(row_id: int, reason: str, *, at: dt.datetime) -> None:
    row = _locked(row_id)
    row.reason, row.next_at, row.failure = rows.cut(EInvoice, "reason", reason), None, ""
    row.answer = ""
    if not row.platform_id:
        transition("einvoice", row, "deposited", by=CLOCK, at=at)
    transition(
        "einvoice",
        row,
        "rejected",
        by=PLATFORM,
        at=at,
        why=reason,
        also=["reason", "next_at", "failure", "answer"],
    )


@transaction.atomic
def follow(update: Update, *, at: dt.datetime) -> None:
    """Apply a reported status, once; a status that we do not know changes nothing."""
    row = (
        EInvoice.objects.select_for_update(of=("self",))
        .filter(platform_id=update.platform_id)
        .exclude(kind=EInvoice.Kind.SUPPLIER)
        .first()
    )
    trigger = rules.TRIGGERS.get(update.code)
    if row is None or trigger is None or queries.has_had(row, trigger):
        return
    if machines.following("einvoice", row.state, trigger) is None:
        return
    if update.reason:
        row.reason = rows.cut(EInvoice, "reason", update.reason)
    if trigger == "rejected":
        row.next_at, row.answer = None, ""
    also = ["reason", "next_at", "answer"]
    transition("einvoice", row, trigger, by=PLATFORM, at=at, why=update.reason, also=also)


@transaction.atomic
def receive(invoice: Supplied, *, at: dt.datetime) -> None:
    """Store an invoice of a supplier with its file if there is a usable file, once."""
    if EInvoice.objects.filter(platform_id=invoice.platform_id).exists():
        return
    name = ""
    if invoice.content:
        name = default_storage.save(files.private_name(ROOM, "pdf"), ContentFile(invoice.content))
    row = EInvoice.objects.create(
        kind=EInvoice.Kind.SUPPLIER,
        state=EInvoice.State.RECEIVED,
        platform_id=invoice.platform_id,
        content={
            "name": invoice.name,
            "siren": invoice.siren,
            "number": invoice.number,
            "gross_cents": invoice.gross_cents,
        },
        file=name,
        created_at=at,
    )
    record("einvoice", row.pk, "received", states=("", row.state), by=PLATFORM, at=at)


def _locked(row_id: int) -> EInvoice:
    found = EInvoice.objects.select_for_update(of=("self",)).select_related("invoice")
    return found.get(pk=row_id)
