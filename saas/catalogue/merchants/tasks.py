"""Jobs after a commit: an address is mailed, VIES is asked about a VAT number."""

import datetime as dt
import logging
from uuid import UUID

from celery import shared_task
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from saas.catalogue.merchants import gateway, notifications
from saas.catalogue.merchants.models import Correction, Merchant, SentPicture, Signup, VatCheck
from saas.catalogue.merchants.queries import shops as queries
from saas.catalogue.merchants.queries import team
from saas.catalogue.merchants.rules import vat
from saas.kernel import cache, hooks, pending_mail
from saas.kernel.offers import catalogue_hooks
from saas.kernel.sandbox.verdicts import tried_twice
from saas.kernel.tasks import PublicTask, after_commit, call_after_commit, send
from saas.kernel.uploads import pictures
from saas.kernel.values import seller

_CLAIMED_SECONDS = 60
# Longer delays are left to the scheduler: the broker redelivers jobs with a long delay.
_LONGEST_WAIT = dt.timedelta(minutes=5)

logger = logging.getLogger(__name__)


@shared_task(base=PublicTask)
def mail_confirmation(signup_id: UUID) -> None:
    """Mail a new address its link, and a known address the link to its desk."""
    pending_mail.send_once(queries.signups_to_mail(), signup_id, _mail)


def _mail(signup: Signup) -> None:
    if queries.is_known(signup.email):
        notifications.mail_known_address(signup)
    else:
        notifications.mail_confirmation_link(signup)


@shared_task(base=PublicTask)
def check_vat_number(merchant_id: int, asked_by: str = "") -> None:
    """Ask VIES about a merchant's number, unless it was asked meanwhile."""
    claim = f"vies:{merchant_id}"
    if not cache.claimed(claim, seconds=_CLAIMED_SECONDS):
        return
    try:
        ask_vies(merchant_id, asked_by=asked_by, at=timezone.now())
    finally:
        cache.forget(claim)


def ask_vies(merchant_id: int, *, asked_by: str = "", at: dt.datetime) -> None:
    """Check a due number in VIES, outside any transaction, and store the answer."""
    merchant = Merchant.objects.get(pk=merchant_id)
    if not vat.is_checked_at_vies(merchant) or (merchant.vat_ask_at or at) > at:
        return
    requester = seller.vat_number()
    reply = gateway.register().ask(merchant.vat_number, requester=requester)
    check = VatCheck(
        merchant=merchant,
        number=merchant.vat_number,
        asked_at=at,
        asked_by=asked_by,
        requester_number=requester,
        **reply._asdict(),
    )
    _record_answer(check, at=at)


@transaction.atomic
def _record_answer(check: VatCheck, *, at: dt.datetime) -> None:
    """Store an answer and the time of the next check; a changed number is checked again."""
    merchant = Merchant.objects.select_for_update().get(pk=check.merchant_id)
    known = queries.known_of([merchant], at=at)
    before = known[merchant.pk].decisive if known else None
    is_news = before is None or before.answer != check.answer
    is_refused = check.answer == VatCheck.Answer.NO and check.number == merchant.vat_number
    check.mailed_at = None if is_refused and is_news else at
    check.full_clean()
    check.save()
    if is_refused and is_news:
        after_commit(mail_vat_refusal, check.pk)
    if check.number != merchant.vat_number:
        return
    unanswered = queries.unanswered_in_a_row(merchant)
    next_at = vat.next_check_at(check.answer, unanswered=unanswered, at=at)
    merchant.vat_ask_at = next_at
    merchant.save(update_fields=["vat_ask_at"])
    if check.answer == VatCheck.Answer.UNREACHABLE:
        logger.warning("VIES did not answer about %s: %s", merchant.reference, check.failure)
        if next_at - at <= _LONGEST_WAIT:
            wait = int((next_at - at).total_seconds())
            call_after_commit(lambda: send(check_vat_number, merchant.pk, after_seconds=wait))


@shared_task(base=PublicTask)
def mail_vat_refusal(check_id: int) -> None:
    """Mail a merchant that VIES does not recognise their number, with the possible remedies."""
    pending_mail.send_once(queries.vat_checks_to_mail(), check_id, notifications.mail_vat_refusal)


@shared_task(base=PublicTask)
def mail_shop_decision(merchant_id: int) -> None:
    """Mail a merchant that spaces see their page, or why they do not."""
    pending_mail.send_once(
        queries.shop_decisions_to_mail(),
        merchant_id,
        notifications.mail_shop_decision,
        column="decision_mailed_at",
    )


@shared_task(base=PublicTask)
def mail_join_request(request_id: int) -> None:
    """Mail the first owner of a shop that a person asks to join it."""
    pending_mail.send_once(
        team.join_requests_to_mail(), request_id, notifications.mail_join_request
    )


@shared_task(base=PublicTask)
def mail_join_answer(request_id: int) -> None:
    """Mail a person whether they joined a shop."""
    pending_mail.send_once(
        team.join_answers_to_mail(),
        request_id,
        notifications.mail_join_answer,
        column="decision_mailed_at",
    )


@shared_task(base=PublicTask)
def mail_invitation(invitation_id: int) -> None:
    """Mail an address the link of its invitation to a shop."""
    pending_mail.send_once(team.invitations_to_mail(), invitation_id, notifications.mail_invitation)


@shared_task(base=PublicTask)
def draw_picture(sent_id: int) -> None:
    """Render a picture of a shop or an ad in our widths; each try is counted before it begins.

    After a dead child process, the picture is retried at the scheduler's next round, and refused
    after the second try.
    """
    waiting = SentPicture.objects.filter(pk=sent_id, failure="")
    row = waiting.values_list("name", "crop", "attempts").first()
    if row is None:
        return
    name, crop, attempts = row
    failure = tried_twice(
        attempts,
        lambda: waiting.update(attempts=F("attempts") + 1),
        lambda: pictures.store(pictures.draw_original(name, crop=crop), name),
    )
    if failure is None:
        return
    _end_picture(sent_id, failure)
    default_storage.delete(pictures.original_of(name))


@transaction.atomic
def _end_picture(sent_id: int, failure: str) -> None:
    """Delete the row of a rendered picture; remove a failed picture from the rows that name it."""
    sent = SentPicture.objects.select_for_update().filter(pk=sent_id, failure="").first()
    if sent is None:
        return
    if not failure:
        sent.delete()
        return
    sent.failure = failure
    sent.save(update_fields=["failure"])
    at = timezone.now()
    catalogue_hooks.picture_refused.ask(sent.name, at)
    merchant = Merchant.objects.select_for_update().get(pk=sent.merchant_id)
    if merchant.proposed.get("picture") == sent.name:
        del merchant.proposed["picture"]
    if merchant.picture == sent.name:
        merchant.picture = ""
    merchant.save(update_fields=["picture", "proposed"])
    hooks.merchant_changed.ask(merchant.pk, at)


def corrections_to_mail() -> QuerySet[Correction]:
    """Return the corrections of shops with the owners to be mailed."""
    return Correction.objects.select_related("merchant__owner")


@shared_task(base=PublicTask)
def mail_correction(correction_id: int) -> None:
    """Mail a merchant an operator's correction and its reason."""
    pending_mail.send_once(corrections_to_mail(), correction_id, notifications.mail_correction)
