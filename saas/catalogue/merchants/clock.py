"""Beat tasks: old sign-ups are deleted, lost mails queued again, VIES checks repeated."""

import datetime as dt

from celery import shared_task
from django.utils import timezone

from saas.catalogue.merchants import tasks
from saas.catalogue.merchants.actions import shops as actions
from saas.catalogue.merchants.queries import shops as queries
from saas.catalogue.merchants.queries import team
from saas.kernel.tasks import PublicTask, send


@shared_task(base=PublicTask)
def forget_old_signups() -> None:
    """Delete sign-ups that were not confirmed in time."""
    actions.forget_old_signups(at=timezone.now())


@shared_task(base=PublicTask)
def requeue_mails() -> None:
    """Queue again the mails to merchants if their job may have been lost."""
    for signup_id in queries.signups_with_lost_mail(at=timezone.now()):
        send(tasks.mail_confirmation, signup_id)
    for check_id in queries.vat_refusals_with_lost_mail(at=timezone.now()):
        send(tasks.mail_vat_refusal, check_id)
    _requeue_corrections()
    _requeue_invitations(at=timezone.now())
    shops, join_request, answered = queries.reviews_with_lost_mail(at=timezone.now())
    for merchant_id in shops:
        send(tasks.mail_shop_decision, merchant_id)
    for request_id in join_request:
        send(tasks.mail_join_request, request_id)
    for request_id in answered:
        send(tasks.mail_join_answer, request_id)


def _requeue_invitations(*, at: dt.datetime) -> None:
    for invitation_id in team.invitations_with_lost_mail(at=at):
        send(tasks.mail_invitation, invitation_id)


def _requeue_corrections() -> None:
    for correction in tasks.corrections_to_mail().filter(mailed_at=None)[:50]:
        send(tasks.mail_correction, correction.pk)


@shared_task(base=PublicTask)
def requeue_pictures() -> None:
    """Queue again the pictures with a lost job or a dead child process."""
    for sent_id in queries.late_pictures(at=timezone.now()):
        send(tasks.draw_picture, sent_id)


@shared_task(base=PublicTask)
def check_vat_numbers() -> None:
    """Queue the VIES check of each due number: new, unanswered, or confirmed long ago."""
    for merchant_id in queries.numbers_to_ask(at=timezone.now()):
        send(tasks.check_vat_number, merchant_id)


def ask_vies(*, at: dt.datetime) -> None:
    """Check each VAT number due at a moment in VIES."""
    for merchant_id in queries.numbers_to_ask(at=at):
        tasks.ask_vies(merchant_id, at=at)
