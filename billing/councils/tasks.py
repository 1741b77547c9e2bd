"""Councils' accounts, shares and claims are followed, and councils told."""

from celery import shared_task
from django.utils import timezone

from billing.councils import notifications
from billing.councils.queries.changes import notices_to_mail
from billing.councils.queries.due import councils_to_mail, transfers_to_mail
from billing.councils.queries.statements import statements_to_render
from billing.councils.queries.taxes import taxes_to_mail
from billing.councils.settlement import (
    accounts,
    changes,
    minutes,
    payouts,
    releases,
    reversals,
    statements,
)
from billing.models import Claim, CouncilNotice, TaxPayment
from billing.stripe import tasks
from saas.kernel import pending_mail
from saas.kernel.tasks import PublicTask

OURS = 0  # our own balance is no council's


@shared_task(base=PublicTask)
def sync_payouts(council_id: int, days: int = 2) -> None:
    """Fetch the payouts of some days again, of a council or ours, and those still on their way."""
    payouts.sync_lately(council_id or None, days=days, at=timezone.now())


@shared_task(base=PublicTask)
def sync_account(council_id: int) -> None:
    """Fetch a council's account; release amounts that waited for it."""
    at = timezone.now()
    accounts.sync(council_id, at=at)
    changes.sync(council_id, at=at)
    releases.release_due(at=at, council_id=council_id)
    tasks.follow_up()


@shared_task(base=PublicTask)
def release_council(council_id: int) -> None:
    """Release the amounts that waited for a council."""
    releases.release_due(at=timezone.now(), council_id=council_id)
    tasks.follow_up()


@shared_task(base=PublicTask)
def retry_reversal(reversal_id: int) -> None:
    """Retry the reversal of a council's debt."""
    reversals.retry(reversal_id, at=timezone.now())
    tasks.follow_up()


@shared_task(base=PublicTask)
def refetch_claim(reversal_id: int) -> None:
    """Fetch the reversals of a claim without a pending call."""
    reversals.refetch_claim(Claim.objects.get(pk=reversal_id), at=timezone.now())


@shared_task(base=PublicTask)
def draw_paper(mandate_id: int) -> None:
    """Draw the picture of a council's minutes."""
    minutes.draw_paper(mandate_id)


@shared_task(base=PublicTask)
def render_statement(statement_id: int) -> None:
    """Make the file of a statement, or of an invoice that we wrote in a council's name."""
    statements.render_statement(statement_id, at=timezone.now())


@shared_task(base=PublicTask)
def mail_transfers(council_id: int) -> None:
    """Mail a council the shares that reached its account, in a single mail."""
    arrived = transfers_to_mail().filter(share__council=council_id).order_by("pk")
    named = arrived.select_related("share__council__tenant", "share__sale__merchant")
    pending_mail.send_together(named, council_id, notifications.mail_transfers)


@shared_task(base=PublicTask)
def mail_tax_payment(tax_id: int) -> None:
    """Mail a council that the VAT of an invoice in its name has left for its account."""
    pending_mail.send_once(taxes_to_mail(), tax_id, _mail_tax_payment)


def _mail_tax_payment(tax: TaxPayment) -> None:
    notifications.mail_tax_payment(tax.pk)


@shared_task(base=PublicTask)
def mail_council_notice(notice_id: int) -> None:
    """Mail a council's people a change of its account or its terms."""
    pending_mail.send_once(notices_to_mail(), notice_id, _mail_council_notice)


def _mail_council_notice(notice: CouncilNotice) -> None:
    notifications.mail_council_notice(notice.pk)


def councils_due() -> list[tasks.FollowUp]:
    """Return the jobs with pending papers or mails of a council."""
    return [
        tasks.FollowUp(render_statement, statements_to_render),
        tasks.FollowUp(mail_transfers, councils_to_mail),
        tasks.FollowUp(mail_tax_payment, taxes_to_mail),
        tasks.FollowUp(mail_council_notice, notices_to_mail),
    ]
