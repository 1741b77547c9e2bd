"""The roles of a shop's people: invited, changed, removed; the choice of the desk's shop."""

import datetime as dt
import logging

from django.db import transaction
from django.utils.translation import gettext as _

from saas.accounts.models import User, normal_email
from saas.accounts.rules import check_password_is_strong
from saas.catalogue.merchants import tasks
from saas.catalogue.merchants.models import (
    Acceptance,
    Invitation,
    Membership,
    Merchant,
    ProgramToken,
    ShopChoice,
)
from saas.catalogue.merchants.queries import team as queries
from saas.catalogue.merchants.rules import joining
from saas.kernel.errors import Refused
from saas.kernel.offers import catalogue_hooks
from saas.kernel.secrets import hashing, tokens
from saas.kernel.tasks import after_commit
from saas.kernel.values import legal
from saas.kernel.web import rate_limit
from tenants.spaces.queries.standing import is_stopped
from tenants.spaces.rules import names

logger = logging.getLogger(__name__)


@transaction.atomic
def choose_shop(*, merchant: Merchant, by: User, at: dt.datetime) -> Merchant:  # noqa: ARG001 - each action says when
    """Show another shop of the person at the desk from now on."""
    if not queries.at_till(by).filter(pk=merchant.pk).exists():
        joining.check_may_decide(decides=False)
    ShopChoice.objects.update_or_create(person=by, defaults={"merchant": merchant})
    return merchant


@transaction.atomic
def admit(*, merchant: Merchant, person: User, role: str, at: dt.datetime) -> None:
    """Give a person a role in a shop, and show them that shop at the desk.

    Called by the answer to a request to join, and by the acceptance of an invitation.
    """
    Membership.objects.update_or_create(
        person=person, merchant=merchant, defaults={"role": role, "since": at}
    )
    ShopChoice.objects.update_or_create(person=person, defaults={"merchant": merchant})


@transaction.atomic
def invite(
    *, merchant: Merchant, email: str, role: str, language: str, by: User, at: dt.datetime
) -> Invitation:
    """Mail an address an invitation to the shop with a role; an open one is replaced."""
    found = _lock(merchant, by)
    address = normal_email(email)
    _check_mail_to_stranger(found, address, by)
    rows = Invitation.objects.filter(merchant=found, accepted_at=None)
    rows.filter(email=address).delete()
    known = User.objects.filter(email=address).first()
    joining.check_may_invite(
        is_member=known is not None and queries.at_till(known).filter(pk=found.pk).exists(),
        open_count=rows.count(),
    )
    invitation = Invitation(
        merchant=found,
        email=address,
        role=role,
        language=language,
        invited_by=by,
        invited_at=at,
        mailed_at=None,
    )
    invitation.full_clean()
    invitation.save()
    after_commit(tasks.mail_invitation, invitation.pk)
    return invitation


def _check_mail_to_stranger(merchant: Merchant, address: str, by: User) -> None:
    """Raise Refused for too many mails to strangers, or for names that no mail carries."""
    names.check_name(merchant.name, field="email")
    names.check_name(f"{by.first_name} {by.last_name}", field="email")
    joining.check_wants_invitations(stops=is_stopped(address))
    for name, key, most in (
        ("invited_by", by.reference, joining.MOST_A_DAY),
        ("invited_for", merchant.reference, joining.MOST_A_DAY),
        ("invited_to", tokens.hashed(address), joining.MOST_TO_ADDRESS_A_DAY),
    ):
        rate_limit.check(
            name,
            key,
            most=most,
            per_seconds=joining.DAY_SECONDS,
            when_silent=rate_limit.Silent.REFUSE,
            field="email",
        )


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: User, at: dt.datetime) -> None:  # noqa: ARG001 - each action says when
    """Delete an open invitation: its link is no longer valid."""
    _lock(invitation.merchant, by)
    Invitation.objects.filter(pk=invitation.pk, accepted_at=None).delete()


@transaction.atomic
def accept_invitation(*, invitation: Invitation, by: User, at: dt.datetime) -> Merchant:
    """Join a shop with the role of an invitation that was mailed to the person's address."""
    found = Invitation.objects.select_for_update().filter(pk=invitation.pk).first()
    found = joining.check_open(found)
    joining.check_is_invited(found, by.email)
    found.accepted_at = at
    found.save(update_fields=["accepted_at"])
    merchant = Merchant.objects.get(pk=found.merchant_id)
    if merchant.owner_id != by.pk:
        admit(merchant=merchant, person=by, role=found.role, at=at)
    return merchant


@transaction.atomic
def join_with_new_account(
    *, invitation: Invitation, first_name: str, last_name: str, password: str, at: dt.datetime
) -> User:
    """Create the account of an invited address and join the shop.

    There is no `by`: the account begins here. The mailed link has proved the address.
    """
    check_password_is_strong(password, User(email=invitation.email, first_name=first_name))
    if User.objects.filter(email=invitation.email).exists():
        raise Refused(_("Cette adresse a déjà un compte\u00a0: connectez-vous d’abord."))
    person = User(
        email=invitation.email,
        first_name=first_name,
        last_name=last_name,
        password=hashing.hash_password(password),
        language=invitation.language,
        created_at=at,
    )
    person.full_clean()
    person.save()
    accepted = legal.accepted(legal.CGV)
    Acceptance.objects.create(person=person, accepted_at=at, **accepted)
    accept_invitation(invitation=invitation, by=person, at=at)
    return person


@transaction.atomic
def change_role(*, merchant: Merchant, person: User, role: str, by: User, at: dt.datetime) -> None:
    """Change the role of a person in a shop; the last owner remains one."""
    found = _lock(merchant, by)
    if role == Membership.Role.OWNER and found.owner_id == person.pk:
        return
    _pass_ownership_on(found, person)
    Membership.objects.update_or_create(
        merchant=found,
        person=person,
        defaults={"role": role},
        create_defaults={"role": role, "since": at},
    )
    logger.info("%s made %s %s of %s", by.reference, person.reference, role, found.reference)


@transaction.atomic
def remove_member(*, merchant: Merchant, person: User, by: User, at: dt.datetime) -> None:
    """Remove a person from a shop at once, till links included; an owner or the person may.

    Raises Refused for the last owner.
    """
    found = Merchant.objects.select_for_update().get(pk=merchant.pk)
    itself = person.pk == by.pk and queries.at_till(by).filter(pk=found.pk).exists()
    joining.check_may_decide(decides=itself or queries.decides_for(found.pk, by))
    _pass_ownership_on(found, person)
    Membership.objects.filter(merchant=found, person=person).delete()
    ShopChoice.objects.filter(merchant=found, person=person).delete()
    ProgramToken.objects.filter(merchant=found, made_by=person, revoked_at=None).update(
        revoked_at=at
    )
    catalogue_hooks.member_left.ask(found.pk, at)
    logger.info("%s removed %s from %s", by.reference, person.reference, found.reference)


def _lock(merchant: Merchant, person: User) -> Merchant:
    """Lock a shop for a decision about its people. Raises NotAllowed unless an owner decides."""
    found = Merchant.objects.select_for_update().get(pk=merchant.pk)
    joining.check_may_decide(decides=queries.decides_for(found.pk, person))
    return found


def _pass_ownership_on(merchant: Merchant, person: User) -> None:
    """Give the place of the first owner to another owner. Raises Refused if there is none."""
    if merchant.owner_id != person.pk:
        return
    heir = joining.check_keeps_an_owner(queries.other_owners(merchant, than=person))
    merchant.owner = heir.person
    merchant.save(update_fields=["owner"])
    heir.delete()
