"""Actions on operators' accounts, and take-downs by operators."""

import datetime as dt
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from billing.adjustments.actions.refunds import take_down
from billing.orders.queries.operators import order_that_shows
from saas.accounts import actions as accounts
from saas.accounts.factors import resets
from saas.accounts.models import Session, User, normal_email
from saas.accounts.rules import check_password_is_strong
from saas.catalogue.merchants.actions.shops import approve_shop, refuse_shop, set_blocked
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.actions import reports as placements
from saas.catalogue.placements.models import ReportAnswer
from saas.catalogue.placements.queries import reports as catalogue
from saas.catalogue.placements.queries.campaigns import reach_of
from saas.catalogue.placements.rules import reports as rules
from saas.console.models import FactorReset, Operator
from saas.console.operators import rules as operator_rules
from saas.console.queries import factors as factor_queries
from saas.kernel import revision, schema
from saas.kernel.errors import Refused
from saas.kernel.uploads import files, papers
from tenants.community.members.actions import administrators, departures
from tenants.community.members.actions import factors as members
from tenants.spaces import hosts
from tenants.spaces.actions import companies, corrections
from tenants.spaces.models import Company, SpaceOperation, Tenant


@transaction.atomic
def add_operator(
    *, email: str, first_name: str, last_name: str, password: str, at: dt.datetime
) -> User:
    """Create an operator. Idempotent, except that a given password is set.

    Called on the machine itself; there is no `by`.
    """
    with schema.in_public():
        address = normal_email(email)
        user = User.objects.filter(email=address).first() or User(
            email=address, first_name=first_name, last_name=last_name, created_at=at
        )
        if password:
            check_password_is_strong(password, user)
            user.set_password(password)
        elif user.pk is None:
            user.set_unusable_password()
        user.is_active = True  # a removed operator may be added again
        user.full_clean()
        user.save()
        Operator.objects.get_or_create(user=user, defaults={"since": at})
        return user


@transaction.atomic
def remove_operator(*, of: User, by: User | None, at: dt.datetime) -> None:
    """Remove an operator, and end their sessions and links.

    `by` is another operator, or None on the machine itself. The account is kept: documents name it.
    """
    others = Operator.objects.exclude(user=of).filter(user__is_active=True).count()
    operator_rules.check_may_remove(is_self=by is not None and by.pk == of.pk, others=others)
    Operator.objects.filter(user=of).delete()
    accounts.shut(person=of, by=by or of, at=at)
    Session.objects.filter(person_id=of.pk).delete()


@transaction.atomic
def reset_factor(*, of: User, by: User | None, at: dt.datetime) -> None:
    """Remove an operator's second factor after the loss of phone and codes; they set up another.

    `by` is another operator, or None on the machine itself.
    """
    operator_rules.check_may_reset(is_self=by is not None and by.pk == of.pk)
    resets.reset(person=of, by=by, at=at, origin=hosts.operator_url(""))


@transaction.atomic
def reset_factor_of_merchant(
    *, merchant: Merchant, email: str, proof: str, note: str, by: User, at: dt.datetime
) -> FactorReset:
    """Remove the second factor of a shop's member after the loss of phone and codes."""
    person = operator_rules.check_known(factor_queries.person_of_shop(merchant, email))
    resets.reset(person=person, by=by, reason=note, at=at)
    return _record_reset(person, shop=merchant, proof=proof, note=note, by=by, at=at)


@transaction.atomic
def reset_factor_in_space(
    *, tenant: Tenant, email: str, proof: str, note: str, by: User, at: dt.datetime
) -> FactorReset:
    """Remove a council member's or administrator's second factor after its loss."""
    with schema.crossing(tenant.schema_name):
        person = members.reset_at(email=email, reason=note, by=by, at=at)
    return _record_reset(person, place=tenant.slug, proof=proof, note=note, by=by, at=at)


@transaction.atomic
def replace_administrator(
    *,
    tenant: Tenant,
    appointed: administrators.Appointed | None,
    ended_role: int | None,
    paper: papers.Paper,
    reason: str,
    by: User,
    at: dt.datetime,
) -> SpaceOperation:
    """Change a space's administrators on a stored document; both sides are mailed the reason."""
    with schema.crossing(tenant.schema_name):
        done = administrators.record_administrators(
            appointed=appointed, ended_role=ended_role, language=tenant.language, by=by, at=at
        )
    name = files.public_name("administrators", paper.extension)
    return corrections.record_administrators(
        schema_name=tenant.schema_name,
        **done._asdict(),
        paper=default_storage.save(name, ContentFile(paper.content)),
        reason=reason,
        by=by,
        at=at,
    )


@transaction.atomic
def plan_departure(
    *, tenant: Tenant, company_id: int, day: dt.date | None, by: User, at: dt.datetime
) -> Company:
    """Announce a company's last day in its park, or cancel it without a day; notify its people."""
    known: dict[str, Any] = {
        "schema_name": tenant.schema_name,
        "company_id": company_id,
        "by": by,
        "at": at,
    }
    if day is None:
        company = companies.cancel_leave(**known)
    else:
        company = companies.plan_leave(**known, day=day)
    with schema.crossing(tenant.schema_name):
        departures.announce(company_id=company_id, day=day, at=at)
    return company


@transaction.atomic
def answer_reports(
    *,
    thing: catalogue.Thing,
    outcome: str,
    words: str,
    seen_cents: int,
    by: User,
    at: dt.datetime,
) -> ReportAnswer:
    """Answer members' reports: keep the subject, take it down with a refund, or restore it."""
    if outcome == ReportAnswer.Outcome.REMOVED and thing.campaign is not None:
        order = order_that_shows(thing.campaign.pk)
        if order is None:
            raise Refused(_("Cette campagne n’est pas payée\u00a0: rien n’est diffusé."))
        take_down(order=order, seen_cents=seen_cents, reason=words, by=by, at=at)
    elif outcome != ReportAnswer.Outcome.KEPT:
        _change_page(thing, blocked=outcome == ReportAnswer.Outcome.REMOVED, at=at)
    return placements.answer_reports(thing=thing, outcome=outcome, words=words, by=by, at=at)


@transaction.atomic
def approve_page(*, merchant: Merchant, trusts: bool, by: User, at: dt.datetime) -> Merchant:
    """Publish a shop's page, or its changes, to the spaces around it; screens reload at once."""
    shown = approve_shop(merchant_id=merchant.pk, trusts=trusts, by=by, at=at)
    revision.renew_in(space.tenant.schema_name for space in reach_of(shown).spaces)
    return shown


@transaction.atomic
def refuse_page(*, merchant: Merchant, reason: str, by: User, at: dt.datetime) -> Merchant:
    """Refuse a shop's page, or its changes, in the spaces, with a reason.

    A published page is withdrawn from them, provided that no paid campaign of it is running.
    """
    if merchant.state == Merchant.State.PUBLISHED and not merchant.proposed:
        running = catalogue.campaigns_that_run(merchant, at)
        rules.check_nothing_runs([campaign.headline for campaign in running])
    refused = refuse_shop(merchant_id=merchant.pk, reason=reason, by=by, at=at)
    revision.renew_in(space.tenant.schema_name for space in reach_of(refused).spaces)
    return refused


def _record_reset(person: User, *, by: User, at: dt.datetime, **columns: Any) -> FactorReset:
    reset = FactorReset(person=person.reference, by=by, at=at, **columns)
    reset.full_clean()
    reset.save()
    return reset


def _change_page(thing: catalogue.Thing, *, blocked: bool, at: dt.datetime) -> None:
    """Take a merchant's page from every space, or show it again; screens learn of it at once."""
    if blocked:
        running = catalogue.campaigns_that_run(thing.merchant, at)
        rules.check_nothing_runs([campaign.headline for campaign in running])
    set_blocked(merchant_id=thing.merchant.pk, blocked=blocked, at=at)
    near = reach_of(thing.merchant).spaces
    revision.renew_in(space.tenant.schema_name for space in near)
