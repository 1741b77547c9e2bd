"""The people of a shop: a person asks to join it, an owner or an operator decides."""

import datetime as dt
import logging

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.catalogue.merchants import tasks
from saas.catalogue.merchants.actions import team
from saas.catalogue.merchants.models import (
    JoinRequest,
    Membership,
    Merchant,
)
from saas.catalogue.merchants.queries import team as queries
from saas.catalogue.merchants.rules import joining
from saas.kernel.errors import Refused
from saas.kernel.tasks import after_commit, call_after_commit
from saas.kernel.uploads import files

logger = logging.getLogger(__name__)


@transaction.atomic
def ask_to_join(*, merchant: Merchant, by: User, at: dt.datetime) -> JoinRequest:
    """Ask to join a shop, once; its first owner is told."""
    request, made = JoinRequest.objects.get_or_create(
        person=by,
        state=JoinRequest.State.WAITING,
        defaults={
            "merchant": merchant,
            "asked_at": at,
            "due_at": at + joining.DECIDED_WITHIN,
            "mailed_at": None,
        },
    )
    if made:
        after_commit(tasks.mail_join_request, request.pk)
    return request


@transaction.atomic
def explain_join(*, note: str, paper: bytes, by: User, at: dt.datetime) -> JoinRequest:  # noqa: ARG001 - each action says when
    """Update a join request with the person's explanation and evidence that the shop is theirs."""
    request = _waiting_of(by)
    request.note = note.strip()
    if paper:
        before, request.paper = request.paper, files.private_name("merchants", "pdf")
        default_storage.save(request.paper, ContentFile(paper))
        if before:
            call_after_commit(lambda: default_storage.delete(before))
    request.full_clean()
    request.save()
    return request


@transaction.atomic
def post_code(*, request: JoinRequest, by: User, at: dt.datetime) -> JoinRequest:
    """Create a code to be sent by post to the shop's address; it replaces an earlier code.

    Called by the console, for the operator sending the letter.
    """
    found = JoinRequest.objects.select_for_update().get(pk=request.pk)
    joining.check_waits(found)
    found.posted_at, found.tries = at, 0
    found.save(update_fields=["posted_at", "tries"])
    logger.info("%s posts a code for %s", by.reference, found.reference)
    return found


@transaction.atomic
def use_code(*, typed: str, by: User, at: dt.datetime) -> bool:
    """Join a shop by the code received by post; return False for a wrong code, counted as a try."""
    request = _waiting_of(by)
    if joining.check_code(request, typed, at=at):
        _accept(request, Membership.Role.OWNER, decided_by=by.reference, at=at)
        return True
    request.tries += 1
    request.save(update_fields=["tries"])
    return False


@transaction.atomic
def decide_join(
    *,
    request: JoinRequest,
    accepts: bool,
    reason: str = "",
    is_operator: bool = False,
    by: User,
    at: dt.datetime,
) -> JoinRequest:
    """Accept or refuse a request to join a shop, with a reason; by an owner or an operator."""
    found = JoinRequest.objects.select_for_update().get(pk=request.pk)
    decides = is_operator or queries.decides_for(found.merchant_id, by)
    joining.check_may_decide(decides=decides)
    joining.check_waits(found)
    if accepts:
        role = Membership.Role.OWNER if is_operator else Membership.Role.EDITOR
        return _accept(found, role, decided_by=by.reference, at=at)
    found.state, found.reason = JoinRequest.State.REFUSED, joining.check_reason(reason)
    return _decided(found, decided_by=by.reference, at=at)


def _waiting_of(person: User) -> JoinRequest:
    rows = JoinRequest.objects.select_for_update().filter(person=person)
    request = rows.filter(state=JoinRequest.State.WAITING).first()
    if request is None:
        raise Refused(_("Aucune demande n’attend de réponse."))
    return request


def _accept(
    request: JoinRequest, role: Membership.Role, *, decided_by: str, at: dt.datetime
) -> JoinRequest:
    merchant = Merchant.objects.get(pk=request.merchant_id)
    team.admit(merchant=merchant, person=User.objects.get(pk=request.person_id), role=role, at=at)
    request.state = JoinRequest.State.ACCEPTED
    return _decided(request, decided_by=decided_by, at=at)


def _decided(request: JoinRequest, *, decided_by: str, at: dt.datetime) -> JoinRequest:
    request.decided_by, request.decided_at, request.decision_mailed_at = decided_by, at, None
    request.full_clean()
    request.save()
    after_commit(tasks.mail_join_answer, request.pk)
    return request
