"""Queries for a council's members, the log of its roles, and pending closings."""

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel.hooks import Duty
from saas.kernel.values.mailboxes import are_one_mailbox
from tenants.community.members.models import ClosingRequest, CouncilChange, Role
from tenants.community.members.rules import council as council_rules
from tenants.community.members.rules import membership as rules
from tenants.spaces.models import OwnCompany

MOST_LINES = 60
MOST_UNMAILED = 200


class Seat(NamedTuple):
    """A council member, as the page shows them."""

    role: Role
    company: str
    may_end: bool


class Line(NamedTuple):
    """A line of the log, with the values of its sentence."""

    change: CouncilChange
    person: str
    who: str
    until: dt.datetime


class Waiting(NamedTuple):
    """A closing that waits, and whether the reader answers it."""

    request: ClosingRequest
    may_answer: bool
    others: int


class CouncilPage(NamedTuple):
    """The page of the councils that a member sees, with their members."""

    seats: list[Seat]
    waiting: list[Waiting]
    log: list[Line]
    gives_for: list[tuple[int | None, str]]
    left_alone: bool


def _seats() -> QuerySet[Role]:
    return Role.objects.filter(role__in=council_rules.KINDS, user__is_active=True)


def affected_by(company_id: int | None) -> QuerySet[Role]:
    """Return the roles of a council."""
    return _seats().filter(company_id=company_id)


def _reaches(company_id: int | None) -> Q:
    return Q() if company_id is None else Q(company_id=company_id) | Q(company_id=None)


def people_of(company_id: int | None) -> list[int]:
    """Return the ids of the members of a company's council, or of the space's."""
    return list(affected_by(company_id).order_by("pk").values_list("user_id", flat=True))


def holds(user: User, company_id: int | None) -> bool:
    """Return True if the user has a role of this council."""
    return affected_by(company_id).filter(user_id=user.pk).exists()


def _council_duties(user: User) -> list[Duty]:
    held = _seats().filter(user_id=user.pk).values_list("role", "company_id")
    return [Duty(*row) for row in held]


def may_found(user: User, company_id: int | None) -> bool:
    """Return True if the user administers the council's company itself, or all for its own.

    The administration of a park does not found a company's council, nor does another company's.
    """
    held = Role.objects.filter(user_id=user.pk, role=Role.Kind.ADMINISTRATOR)
    return held.filter(company_id=company_id).exists()


def administers(user: User, company_id: int | None) -> bool:
    """Return True if the user administers the company of a council, or all of the space."""
    held = Role.objects.filter(user_id=user.pk, role=Role.Kind.ADMINISTRATOR)
    return held.filter(_reaches(company_id)).exists()


def shares_mailbox_with_administrators(user: User, company_id: int | None) -> bool:
    """Return True if an administrator over a council reads the mailbox of a member."""
    held = Role.objects.filter(role=Role.Kind.ADMINISTRATOR, user__is_active=True)
    emails = held.filter(_reaches(company_id)).values_list("user__email", flat=True)
    return any(are_one_mailbox(user.email, email) for email in emails)


def elected(company_id: int | None, role: str) -> list[User]:
    """Return the active members with a certain role of a council."""
    held = affected_by(company_id).filter(role=role).order_by("pk").values("user_id")
    return list(User.objects.filter(pk__in=held).order_by("first_name", "pk"))


def had_people(company_id: int | None) -> bool:
    """Return True if a council has or ever had a member: it was founded."""
    log = CouncilChange.objects.filter(company_id=company_id, what__in=["given", "ended"])
    return affected_by(company_id).exists() or log.exists()


def lock_seats() -> None:
    """Lock the roles of all councils until the commit: concurrent changes are serialised."""
    list(Role.objects.filter(role__in=council_rules.KINDS).select_for_update().values_list("pk"))


def seats_of(user: User) -> list[Role]:
    """Return a member's council roles."""
    return list(_seats().filter(user_id=user.pk).order_by("pk"))


def seat(user: User, role: str, company_id: int | None) -> Role | None:
    """Return a member's role in a council, if any."""
    return Role.objects.filter(user_id=user.pk, role=role, company_id=company_id).first()


def others_of(user: User) -> list[User]:
    """Return the other members of a member's councils, without administrators."""
    companies = [one.company_id for one in seats_of(user)]
    ids: set[int] = set()
    for company_id in companies:
        ids |= set(people_of(company_id))
    bosses = Role.objects.filter(role=Role.Kind.ADMINISTRATOR, user_id__in=ids)
    ids -= {user.pk, *bosses.values_list("user_id", flat=True)}
    return list(User.objects.filter(pk__in=ids).order_by("pk"))


def waiting_closing_of(user: User, *, lock: bool = False) -> ClosingRequest | None:
    """Return the pending request to close a member's account; locked while it is answered."""
    found = ClosingRequest.objects.filter(user_id=user.pk, state="waiting")
    return (found.select_for_update(of=("self",)) if lock else found).first()


def member_at(email: str) -> User | None:
    """Return the active member of an address."""
    return User.objects.filter(email=email.strip().lower(), is_active=True).first()


def page_for(user: User, *, employer_id: int | None) -> CouncilPage:
    """Return the councils that a member sees: the space's, their company's, and their own."""
    names = dict(OwnCompany.objects.values_list("pk", "name"))
    duties = _council_duties(user)
    held = {duty.company_id for duty in duties}
    bosses = Role.objects.filter(user_id=user.pk, role=Role.Kind.ADMINISTRATOR)
    administered = set(bosses.values_list("company_id", flat=True))
    everything = None in administered
    seen = (
        Q()
        if everything
        else Q(company_id=None)
        | Q(company_id__in=[pk for pk in {employer_id, *held, *administered} if pk is not None])
    )
    speaks = bool(held) and not administered
    seats = [
        Seat(
            role,
            _name_of(role.company_id, names),
            may_end=role.user_id == user.pk or (speaks and role.company_id in held),
        )
        for role in _seats().filter(seen).select_related("user").order_by("company_id", "given_at")
    ]
    log = CouncilChange.objects.filter(seen).select_related("user", "by")
    return CouncilPage(
        seats=seats,
        waiting=_waiting_for(user, {one.role.user_id for one in seats}, held, speaks=speaks),
        log=[line_of(change) for change in log.order_by("-at", "-pk")[:MOST_LINES]],
        gives_for=_gives_for(held, names),
        left_alone=not seats and log.exists(),
    )


def _name_of(company_id: int | None, names: dict[int, str]) -> str:
    """Return the name of a role's council; the only council of a space needs no name."""
    if company_id is None:
        return _("CSE du parc") if len(names) > 1 else ""
    return names.get(company_id, "")


def _gives_for(held: set[int | None], names: dict[int, str]) -> list[tuple[int | None, str]]:
    """Return the councils that a member may give roles of: those they have a role in."""
    own = sorted(held, key=lambda company_id: company_id or 0)
    return [(company_id, _name_of(company_id, names)) for company_id in own]


def _waiting_for(
    user: User, shown: set[int], held: set[int | None], *, speaks: bool
) -> list[Waiting]:
    requests = ClosingRequest.objects.filter(user_id__in=shown, state="waiting")
    rows = requests.select_related("user", "asked_by").order_by("asked_at")
    if not held:
        return []
    return [
        Waiting(
            row,
            may_answer=speaks
            and row.user_id != user.pk
            and any(one.company_id in held for one in seats_of(row.user)),
            others=len(others_of(row.user)),
        )
        for row in rows
    ]


def line_of(change: CouncilChange) -> Line:
    """Return a line of the log with the names for its sentence."""
    who = change.by_name or (change.by.short_name if change.by else "")
    until = change.at + council_rules.OPERATOR_AFTER
    return Line(change, change.user.display_name, who, until)


def changes_to_mail() -> QuerySet[CouncilChange]:
    """Return changes still to be mailed to the council's members."""
    return CouncilChange.objects.select_related("user", "by")


def people_to_mail(change: CouncilChange) -> list[User]:
    """Return the recipients of a change: the council, the person, the author of a closing."""
    ids = set(affected_by(change.company_id).values_list("user_id", flat=True)) | {change.user_id}
    if change.what in {"confirmed", "refused"}:
        requests = ClosingRequest.objects.filter(user_id=change.user_id, decided_at=change.at)
        ids |= set(requests.filter(asked_by__isnull=False).values_list("asked_by_id", flat=True))
    people = User.objects.filter(pk__in=ids)
    return list(people.filter(Q(is_active=True) | Q(pk=change.user_id)).order_by("pk"))


def unmailed_changes(at: dt.datetime) -> list[int]:
    """Return changes with mails that may have been lost."""
    waiting = changes_to_mail().filter(mailed_at=None, at__gt=at - rules.STILL_WORTH_MAILING)
    late = waiting.filter(at__lt=at - rules.MAILED_WITHIN)
    return list(late.values_list("pk", flat=True)[:MOST_UNMAILED])


def were_written_by(people: Collection[str], operator: str) -> bool:
    """Return True if an operator, by name, wrote a role of a council for people, by reference."""
    return CouncilChange.objects.filter(
        user__reference__in=people,
        by_name=operator,
        right=CouncilChange.Right.OPERATOR,
        what=CouncilChange.What.GIVEN,
    ).exists()


def counts() -> dict[int | None, int]:
    """Return the number of roles in each council, without names, for operators."""
    found: dict[int | None, int] = {}
    for company_id in _seats().values_list("company_id", flat=True):
        found[company_id] = found.get(company_id, 0) + 1
    return found


def waiting_since() -> list[dt.datetime]:
    """Return the starting times of pending closings, without names, for operators."""
    waiting = ClosingRequest.objects.filter(state="waiting").order_by("asked_at")
    return list(waiting.values_list("asked_at", flat=True))
