"""Mails to merchants."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from saas.accounts.models import User
from saas.catalogue.merchants.models import (
    Correction,
    Invitation,
    JoinRequest,
    Membership,
    Merchant,
    Signup,
    VatCheck,
)
from saas.catalogue.merchants.rules import joining
from saas.catalogue.merchants.rules import shops as rules
from saas.catalogue.merchants.wording.corrections import line_of
from saas.kernel import mail
from saas.kernel.secrets import tokens
from tenants.spaces.hosts import public_url
from tenants.spaces.stops import stop_url


def mail_confirmation_link(signup: Signup) -> None:
    """Send the link that confirms an address."""
    token = tokens.sign(rules.CONFIRM, str(signup.pk))
    _send(signup, "merchant_confirm", _path("merchants:confirm", token))


def mail_known_address(signup: Signup) -> None:
    """Mail a known address that it has a desk already; the page does not reveal this."""
    _send(signup, "merchant_known", _path("accounts:signin"))


def mail_vat_refusal(check: VatCheck) -> None:
    """Mail a merchant that VIES does not recognise their VAT number, with the consequences."""
    owner = User.objects.get(pk=Merchant.objects.get(pk=check.merchant_id).owner_id)
    mail.send(
        to=owner.email,
        template="merchant_vat",
        language=owner.language,
        context={
            "first_name": owner.first_name,
            "number": check.number,
            "asked_at": check.asked_at,
            "url": public_url(_path("merchants:shop")),
        },
    )


def mail_shop_decision(merchant: Merchant) -> None:
    """Mail a merchant that spaces see their page now, or the reason for a refusal."""
    mail.send(
        to=merchant.owner.email,
        template="merchant_reviewed",
        language=merchant.owner.language,
        context={
            "first_name": merchant.owner.first_name,
            "kind": "shop",
            "title": merchant.name,
            "is_approved": not merchant.review_reason,
            "reason": merchant.review_reason,
            "url": public_url(_path("merchants:shop")),
        },
    )


def mail_correction(correction: Correction) -> None:
    """Mail a merchant what an operator corrected on their page, and the reason."""
    owner = correction.merchant.owner
    together = Correction.objects.filter(merchant=correction.merchant, at=correction.at)
    with translation.override(owner.language):
        lines = [line_of(one)._asdict() for one in together.order_by("pk")]
    mail.send(
        to=owner.email,
        template="merchant_corrected",
        language=owner.language,
        context={
            "first_name": owner.first_name,
            "shop": correction.merchant.name,
            "is_pin": correction.column == "pin",
            "lines": lines,
            "reason": correction.reason,
            "url": public_url(_path("merchants:shop")),
        },
    )


def mail_join_request(request: JoinRequest) -> None:
    """Mail the first owner of a shop about a request to join it."""
    owner = request.merchant.owner
    mail.send(
        to=owner.email,
        template="merchant_join",
        language=owner.language,
        context={
            "first_name": owner.first_name,
            "shop": request.merchant.name,
            "person": f"{request.person.first_name} {request.person.last_name}",
            "email": request.person.email,
            "state": request.state,
            "until": request.due_at,
            "url": public_url(_path("merchants:people")),
        },
    )


def mail_join_answer(request: JoinRequest) -> None:
    """Mail a person the decision on their request to join a shop, with the reason of a refusal."""
    person = request.person
    mail.send(
        to=person.email,
        template="merchant_join",
        language=person.language,
        context={
            "first_name": person.first_name,
            "shop": request.merchant.name,
            "state": request.state,
            "reason": request.reason,
            "url": public_url(_path("merchants:desk")),
        },
    )


def mail_invitation(invitation: Invitation) -> None:
    """Mail an address the link by which it joins a shop."""
    by = invitation.invited_by
    token = tokens.sign(joining.INVITATION, invitation.reference)
    with translation.override(invitation.language):
        role = str(Membership.Role(invitation.role).label)
    mail.send(
        to=invitation.email,
        template="merchant_invitation",
        language=invitation.language,
        context={
            "first_name": "",
            "shop": invitation.merchant.name,
            "person": f"{by.first_name} {by.last_name}",
            "role": role,
            "days": joining.INVITATION_LASTS.days,
            "url": public_url(_path("merchants:invitation", token)),
            "stop": stop_url(invitation.email),
        },
    )


def _send(signup: Signup, template: str, path: str) -> None:
    mail.send(
        to=signup.email,
        template=template,
        language=signup.language,
        context={
            "first_name": signup.first_name,
            "url": public_url(path),
            "days": rules.LINK_LASTS.days,
        },
    )


def _path(name: str, *args: str) -> str:
    return reverse(name, urlconf=settings.PUBLIC_SCHEMA_URLCONF, args=args)
