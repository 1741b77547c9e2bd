"""Merging of shops that were signed up twice."""

import datetime as dt

from django.db import transaction

from saas.accounts.models import User
from saas.catalogue.merchants.actions.corrections import record_corrections
from saas.catalogue.merchants.actions.team import admit
from saas.catalogue.merchants.models import Invitation, Membership, Merchant
from saas.catalogue.merchants.models.shops import unidentified
from saas.catalogue.merchants.queries.team import people_of
from saas.catalogue.merchants.rules import merging as rules

Role = Membership.Role


@transaction.atomic
def merge(
    *, double_id: int, into_id: int | None, admits: bool, reason: str, by: User, at: dt.datetime
) -> Merchant:
    """Take a double off every page for good, in favour of the shop that stays; return the double.

    Its past orders and papers stay its own, at the desk of its people. If `admits`, they join the
    shop that stays: its owners as editors. Its merchant is mailed. Called by the console.
    """
    pair = Merchant.objects.filter(pk__in=[double_id, into_id or double_id]).order_by("pk")
    locked = pair.select_for_update(of=["self"]).select_related("owner")
    found = {shop.pk: shop for shop in locked}
    double = found[double_id]
    into = rules.check_pair(double, found.get(into_id) if into_id else None)
    double.state, double.merged_into = Merchant.State.BLOCKED, into
    double.identity, double.proposed, double.opened_at = unidentified(), {}, None
    double.save()
    Invitation.objects.filter(merchant=double, accepted_at=None).delete()
    if admits:
        _admit_people(double, into, at=at)
    changes = [("merged", double.reference, f"{into.name} ({into.reference})")]
    record_corrections(merchant=double, changes=changes, reason=reason, by=by, at=at)
    return double


def _admit_people(double: Merchant, into: Merchant, *, at: dt.datetime) -> None:
    """Give the people of a double their role in the shop that stays, unless they have one."""
    there = {into.owner_id, *(one.person_id for one in people_of(into))}
    people = [(double.owner, Role.OWNER)]
    people += [(one.person, Role(one.role)) for one in people_of(double)]
    for person, role in people:
        if person.pk not in there:
            admit(
                merchant=into,
                person=person,
                role=Role.TILL if role == Role.TILL else Role.EDITOR,
                at=at,
            )
