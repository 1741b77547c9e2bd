"""Whose councils somebody reads here, and about which they decide."""

from typing import NamedTuple

from django.http import Http404
from django.utils import timezone

from billing import queries as billing
from billing.models import Council
from saas.accounts.models import User
from saas.kernel import hooks, schema
from saas.kernel.hooks import Duty
from tenants.community.council import queries, rules
from tenants.community.council.queries import CouncilDesk
from tenants.spaces.requests import MemberRequest


class Chosen(NamedTuple):
    """The council that a page is about, those that the person reads, and all of the space."""

    desk: CouncilDesk | None
    desks: list[CouncilDesk]
    whole: list[CouncilDesk]


def duties_of(request: MemberRequest) -> frozenset[Duty]:
    """Return what the person may do beyond what all may."""
    return frozenset().union(*hooks.duties.ask(request.user))


def layout_of(duties: frozenset[Duty]) -> str:
    """Return the frame of a page: who reads the money has the desk's own way around."""
    return "layouts/council.html" if rules.reads_money(duties) else "layouts/space.html"


def seen_desks(request: MemberRequest, duties: frozenset[Duty]) -> list[CouncilDesk]:
    """Return the councils whose overview the person sees."""
    desks = queries.desks(at=timezone.now())
    companies = {desk.council.company_id for desk in desks} - {None}
    if all(rules.reads_council(duties, company_id=company) for company in companies):
        return desks
    employer_id = _employer_of(request)
    return [
        desk
        for desk in desks
        if rules.sees_council(duties, company_id=desk.council.company_id, employer_id=employer_id)
    ]


def _employer_of(request: MemberRequest) -> int | None:
    """Return the company that the person works for, where rooms know it."""
    for piece in hooks.employer.ask(request.user):
        people = User.objects.filter(pk=request.user.pk).annotate(employer=piece)
        return people.values_list("employer", flat=True).first()
    return None


def read_desks(duties: frozenset[Duty]) -> list[CouncilDesk]:
    """Return the councils whose money the person reads line by line. Raises NotAllowed."""
    return chosen_desk("", duties).desks


def read_references(duties: frozenset[Duty]) -> dict[str, str]:
    """Return the councils that the person reads, each by its reference with its name."""
    return {desk.council.reference: desk.council.name for desk in read_desks(duties)}


def chosen_desk(wanted: str, duties: frozenset[Duty]) -> Chosen:
    """Return the council that is asked for, or the first one, among those that are read."""
    rules.check_reads_money(duties)
    whole = queries.desks(at=timezone.now())
    desks = [
        desk for desk in whole if rules.reads_council(duties, company_id=desk.council.company_id)
    ]
    named = (desk for desk in desks if desk.council.reference == wanted)
    return Chosen(next(named, desks[0] if desks else None), desks, whole)


def keeps(duties: frozenset[Duty], desk: CouncilDesk) -> bool:
    """Say whether the person decides about a council's money."""
    return rules.keeps_money(duties, company_id=desk.council.company_id)


def kept_council(request: MemberRequest, reference: str) -> Council:
    """Return a council of the space whose money the person keeps. Raises NotAllowed."""
    council = _council_here(request, reference)
    rules.check_keeps_money(duties_of(request), company_id=council.company_id)
    return council


def read_council(request: MemberRequest, reference: str) -> Council:
    """Return a council of the space that the person was elected to or keeps the money of."""
    council = _council_here(request, reference)
    rules.check_reads_council(duties_of(request), company_id=council.company_id)
    return council


def _council_here(request: MemberRequest, reference: str) -> Council:
    with schema.in_public():
        council = billing.council_of_space(reference, schema_name=request.space.schema_name)
    if council is None:
        raise Http404
    return council
