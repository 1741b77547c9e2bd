"""Invoices become files, then mails."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from billing.models import Invoice
from billing.papers import notifications
from billing.papers.queries.invoices import invoices_to_render, invoices_to_send
from billing.papers.settlement import rendering
from billing.stripe import tasks
from billing.transitions import machines
from billing.transitions.transition import CLOCK, transition
from saas.kernel import pending_mail
from saas.kernel.tasks import PublicTask


@shared_task(base=PublicTask)
def render_invoice(invoice_id: int) -> None:
    """Make the file of an invoice or a credit note; then its merchant is told."""
    rendering.render(invoice_id, at=timezone.now())
    tasks.follow_up()


@shared_task(base=PublicTask)
def send_invoice(invoice_id: int) -> None:
    """Mail a merchant where their invoice or credit note is."""
    pending_mail.send_once(invoices_to_send(), invoice_id, _send_invoice)


def _send_invoice(invoice: Invoice) -> None:
    notifications.mail_invoice(invoice.pk, pdf=_file_of(invoice))
    with transaction.atomic():
        sent = Invoice.objects.select_for_update(of=("self",), no_key=True).get(pk=invoice.pk)
        if machines.following("invoice", sent.state, "sent") is not None:
            transition("invoice", sent, "sent", by=CLOCK, at=timezone.now())


def _file_of(invoice: Invoice) -> bytes | None:
    """Return the file of a paper; for an altered file the mail contains a link only."""
    try:
        return rendering.content_of(invoice)
    except rendering.PaperAltered:
        return None


def papers_due() -> list[tasks.FollowUp]:
    """Return the jobs with pending papers or their mails."""
    return [
        tasks.FollowUp(render_invoice, invoices_to_render),
        tasks.FollowUp(send_invoice, invoices_to_send),
    ]
