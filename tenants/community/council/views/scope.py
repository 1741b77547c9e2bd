"""The councils that a member may read, and those that they may decide for."""

from fractions import Fraction
from typing import NamedTuple

from django.http import Http404
from django.utils import timezone

from billing.councils.queries.terms import council_of_space
from billing.models import Council
from saas.kernel import hooks, schema
from saas.kernel.hooks import Duty
from tenants.community.council import rules
from tenants.community.council.queries import account as queries
from tenants.community.council.queries.account import CouncilDesk
from tenants.spaces.requests import MemberRequest

# The query value for the sum of all councils, and the least number of councils for a choice.
TOGETHER = "all"
MANY = 2


class Seen(NamedTuple):
    """The councils with figures on the overview, and the councils to choose from.

    The figures are added up, with a note, for a person without a council of their own and for a
    person that chose the sum. A person without a role then sees no line of a single council.
    """

    shown: list[CouncilDesk]
    desks: list[CouncilDesk]
    is_together: bool
    are_others: bool
    reads_lines: bool
    part: Fraction

    @property
    def query(self) -> str:
        """The part of an address that chooses the same again."""
        if len(self.desks) < MANY:
            return ""
        chosen = TOGETHER if self.is_together else self.shown[0].council.reference
        return f"council={chosen}&"


class Chosen(NamedTuple):
    """The council that a page is about, those that the person reads, and all of the space."""

    desk: CouncilDesk | None
    desks: list[CouncilDesk]
    whole: list[CouncilDesk]


def duties_of(request: MemberRequest) -> frozenset[Duty]:
    """Return the member's duties: their rights beyond those of all members."""
    return hooks.duties_of(request.user)


def layout_of(duties: frozenset[Duty]) -> str:
    """Return the layout of a page: members that may read the money see the desk's navigation."""
    return "layouts/council.html" if rules.reads_money(duties) else "layouts/space.html"


def seen_desks(request: MemberRequest, duties: frozenset[Duty]) -> Seen:
    """Return the councils of the overview: the requested council, or the person's own.

    The person's own council represents them (`councils.queries.own.council_for`). They may choose
    among it and the councils that they are elected to or are the treasurer of.
    """
    whole = queries.desks(at=timezone.now(), user=request.user)
    desks = [
        desk
        for desk in whole
        if desk.council.is_own or rules.reads_council(duties, company_id=desk.council.company_id)
    ]
    wanted = request.GET.get("council", "")
    if not desks or (wanted == TOGETHER and len(desks) >= MANY):
        return Seen(
            shown=desks or whole,
            desks=desks,
            is_together=bool(whole),
            are_others=len(desks or whole) < len(whole),
            reads_lines=bool(desks),
            part=_part_of(desks or whole, whole),
        )
    named = {desk.council.reference: desk for desk in desks}
    own = next((desk for desk in desks if desk.council.is_own), desks[0])
    shown = named.get(wanted, own)
    return Seen(
        shown=[shown],
        desks=desks,
        is_together=False,
        are_others=len(whole) > 1,
        reads_lines=True,
        part=_part_of([shown], whole),
    )


def _part_of(shown: list[CouncilDesk], whole: list[CouncilDesk]) -> Fraction:
    """Return the fraction of a payment for some councils: shares are split by number of people."""
    everybody = sum(desk.council.weight for desk in whole if desk.council.ended_at is None)
    weight = sum(desk.council.weight for desk in shown if desk.council.ended_at is None)
    return Fraction(weight, everybody) if everybody else Fraction(1)


def read_desks(duties: frozenset[Duty]) -> list[CouncilDesk]:
    """Return the councils that the person may read line by line. Raises NotAllowed."""
    return chosen_desk("", duties).desks


def read_references(duties: frozenset[Duty]) -> dict[str, str]:
    """Return the councils that the person reads, each by its reference with its name."""
    return {desk.council.reference: desk.council.name for desk in read_desks(duties)}


def chosen_desk(wanted: str, duties: frozenset[Duty]) -> Chosen:
    """Return the requested council, or the first, among those that the person may read."""
    rules.check_reads_money(duties)
    whole = queries.desks(at=timezone.now())
    desks = [
        desk for desk in whole if rules.reads_council(duties, company_id=desk.council.company_id)
    ]
    named = (desk for desk in desks if desk.council.reference == wanted)
    return Chosen(next(named, desks[0] if desks else None), desks, whole)


def is_treasurer(duties: frozenset[Duty], desk: CouncilDesk) -> bool:
    """Return True if the person decides about a council's money."""
    return rules.is_treasurer(duties, company_id=desk.council.company_id)


def council_of_treasurer(request: MemberRequest, reference: str) -> Council:
    """Return a council of the space that the person is the treasurer of. Raises NotAllowed."""
    council = _council_here(request, reference)
    rules.check_is_treasurer(duties_of(request), company_id=council.company_id)
    return council


def read_council(request: MemberRequest, reference: str) -> Council:
    """Return a council of the space that the person was elected to or keeps the money of."""
    council = _council_here(request, reference)
    rules.check_reads_council(duties_of(request), company_id=council.company_id)
    return council


def _council_here(request: MemberRequest, reference: str) -> Council:
    with schema.in_public():
        council = council_of_space(reference, schema_name=request.space.schema_name)
    if council is None:
        raise Http404
    return council
