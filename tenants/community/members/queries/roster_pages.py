"""Queries of the pages about lists of staff: the members named, and pending invitations."""

from django.core.paginator import Page, Paginator

from saas.accounts.models import User
from saas.kernel.search.sorting import SortKey
from tenants.community.members.models import JoinRequest
from tenants.community.members.queries.roster import invited
from tenants.community.members.queries.roster_plan import Plan

PEOPLE_ON_A_PAGE = 40


def members_in(plan: Plan) -> list[int]:
    """Return the members named in a preview: changed, or missing from the list."""
    named = {one.reference for one in plan.changed if one.reference}
    named |= {one.key for one in (*plan.absent, *plan.others) if one.is_member}
    return list(User.objects.filter(reference__in=named or {""}).values_list("pk", flat=True))


def invited_page(scope: frozenset[int] | None, number: str) -> Page[JoinRequest]:
    """Return a page of pending invitations."""
    rows = invited(scope).order_by(SortKey("last_name"), SortKey("first_name"), "pk")
    return Paginator(rows, PEOPLE_ON_A_PAGE).get_page(number)
