"""Accounts of those who run Troovon, and what they take down."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from billing.adjustments.actions.refunds import take_down
from billing.orders.queries.operators import order_that_shows
from saas.accounts.models import User, normal_email
from saas.accounts.rules import check_password_is_strong
from saas.catalogue.merchants.actions import set_blocked
from saas.catalogue.placements.actions import reports as placements
from saas.catalogue.placements.models import ReportAnswer
from saas.catalogue.placements.queries import reports as catalogue
from saas.catalogue.placements.queries.campaigns import reach_of
from saas.catalogue.placements.rules import reports as rules
from saas.console.models import Operator
from saas.kernel import revision, schema
from saas.kernel.errors import Refused


@transaction.atomic
def add_operator(
    *, email: str, first_name: str, last_name: str, password: str, at: dt.datetime
) -> User:
    """Let somebody run Troovon. Nobody does this: whoever holds the machine does.

    Doing it again changes nothing but the password, where one is given.
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
        user.full_clean()
        user.save()
        Operator.objects.get_or_create(user=user, defaults={"since": at})
        return user


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
    """Answer what members reported: keep it, take it down with its money, or bring it back."""
    if outcome == ReportAnswer.Outcome.REMOVED and thing.campaign is not None:
        order = order_that_shows(thing.campaign.pk)
        if order is None:
            raise Refused(_("Cette campagne n’est pas payée\u00a0: rien n’est diffusé."))
        take_down(order=order, seen_cents=seen_cents, reason=words, by=by, at=at)
    elif outcome != ReportAnswer.Outcome.KEPT:
        _change_page(thing, blocked=outcome == ReportAnswer.Outcome.REMOVED, at=at)
    return placements.answer_reports(thing=thing, outcome=outcome, words=words, by=by, at=at)


def _change_page(thing: catalogue.Thing, *, blocked: bool, at: dt.datetime) -> None:
    """Take a merchant's page from every space, or show it again; screens learn of it at once."""
    if blocked:
        running = catalogue.campaigns_that_run(thing.merchant, at)
        rules.check_nothing_runs([campaign.headline for campaign in running])
    set_blocked(merchant_id=thing.merchant.pk, blocked=blocked, at=at)
    near = reach_of(thing.merchant).spaces
    revision.renew_in(space.tenant.schema_name for space in near)
