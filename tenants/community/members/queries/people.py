"""Queries of this room, for pages and actions."""

import datetime as dt
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.urls import reverse

from saas.accounts.models import ERASED, User, normal_email
from saas.kernel.database.statements import Given, counted, keys, statement
from saas.kernel.hooks import Addressee, Duty, PersonCard
from saas.kernel.search.sorting import SortKey, sort_key
from saas.kernel.secrets import tokens
from tenants.community.members.models import (
    Departure,
    Invitation,
    JoinRequest,
    Profile,
    Role,
)
from tenants.community.members.rules import council as council_rules
from tenants.community.members.rules import membership as rules
from tenants.spaces import places
from tenants.spaces.models import OwnCompany, OwnEmailDomain, OwnSite

PEOPLE_ON_A_PAGE = 40
MOST_INVITATIONS = 60
MOST_DEPARTURES = 20


class Member(NamedTuple):
    """A member as a page shows them; the address is for administrators and themselves."""

    user: User
    company: str
    company_id: int | None
    badge: str
    colour: str
    site: str
    team: str
    about: str
    joined_at: dt.datetime | None
    roles: list[Role]


class Moderator(NamedTuple):
    """A moderator of the whole space, or of the offers of a single company's people."""

    person_id: int
    company_id: int | None


def roles_of(user: User) -> frozenset[str]:
    """Return a member's roles."""
    return frozenset(Role.objects.filter(user_id=user.pk).values_list("role", flat=True))


def administers(user: User) -> bool:
    """Return True if the user administers all of the space, or a company of it."""
    known: bool | None = getattr(user, "administers", None)
    return Role.Kind.ADMINISTRATOR in roles_of(user) if known is None else known


def employer_of(user: User) -> Subquery:
    """Return a subquery with the user's company, for another room's query."""
    return Subquery(Profile.objects.filter(user_id=user.pk).values("company_id")[:1])


def workplace_of(user_id: Any) -> Subquery:
    """Return a subquery with a person's site, by their id or an expression for it."""
    return Subquery(Profile.objects.filter(user_id=user_id).values("site_id")[:1])


def scope_of(user: User) -> frozenset[int] | None:
    """Return the companies that a user administers; null means all of the space."""
    held = {duty.company_id for duty in duties_of(user) if duty.role == Role.Kind.ADMINISTRATOR}
    return None if None in held else frozenset(pk for pk in held if pk is not None)


def duties_of(user: User) -> frozenset[Duty]:
    """Return a member's roles, each with its company of the park."""
    held = Role.objects.filter(user_id=user.pk)
    return frozenset(Duty(*row) for row in held.values_list("role", "company_id"))


def money_keepers(company_id: int | None) -> list[Addressee]:
    """Return the recipients of mails about a council's money: its treasurers and members."""
    held = Role.objects.filter(company_id=company_id, role__in=council_rules.KINDS)
    people = User.objects.filter(pk__in=held.values("user_id"), is_active=True).order_by("pk")
    return [Addressee(one.email, one.first_name, one.language) for one in people]


def cards_of(user_ids: list[int]) -> dict[int, PersonCard]:
    """Return members' cards for colleagues, with a single query; only parks name the companies."""
    if not user_ids:
        return {}
    companies = places.here().companies
    rows = _profiles_with_users(user_ids=user_ids)
    return {row.user_id: _card(row, companies.get(row.company_id or 0)) for row in rows}


@statement
def _profiles_with_users(user_ids: Given) -> QuerySet[Profile]:
    return Profile.objects.filter(user_id__in=keys(user_ids)).select_related("user")


def _card(profile: Profile, company: places.Company | None) -> PersonCard:
    return PersonCard(
        user_id=profile.user_id,
        reference=profile.user.reference,
        short_name=profile.user.short_name,
        initials=profile.user.initials,
        team=rules.team_on_cards(profile),
        company=company.name if company else "",
        badge=company.badge if company else "",
        colour=company.colour if company else "",
        here=profile.user.is_active,
    )


def _described(users: QuerySet[User]) -> QuerySet[User]:
    """Add company, site and profile to people."""
    profile = Profile.objects.filter(user_id=OuterRef("pk"))
    companies = OwnCompany.objects.filter(pk=OuterRef("in_company"))
    return users.annotate(
        in_company=Subquery(profile.values("company_id")[:1]),
        at_site=Subquery(profile.values("site_id")[:1]),
        team=Subquery(profile.values("team")[:1]),
        about=Subquery(profile.values("about")[:1]),
        joined_at=Subquery(profile.values("joined_at")[:1]),
    ).annotate(
        company=Subquery(companies.values("name")[:1]),
        badge=Subquery(companies.values("badge")[:1]),
        colour=Subquery(companies.values("colour")[:1]),
        site=Subquery(OwnSite.objects.filter(pk=OuterRef("at_site")).values("name")[:1]),
    )


def _members(users: QuerySet[User]) -> list[Member]:
    found = list(_described(users))
    roles: dict[int, list[Role]] = {}
    held = Role.objects.filter(user_id__in=[user.pk for user in found])
    for role in held.select_related("given_by").order_by("given_at"):
        roles.setdefault(role.user_id, []).append(role)
    return [
        Member(
            user=user,
            company=getattr(user, "company", None) or "",
            company_id=getattr(user, "in_company", None),
            badge=getattr(user, "badge", None) or "",
            colour=getattr(user, "colour", None) or "",
            site=getattr(user, "site", None) or "",
            team=getattr(user, "team", None) or "",
            about=getattr(user, "about", None) or "",
            joined_at=getattr(user, "joined_at", None),
            roles=roles.get(user.pk, []),
        )
        for user in found
    ]


def member_of(reference: str, *, also_gone: bool = False) -> Member | None:
    """Return the member with a public reference; former members only on request."""
    users = User.objects.filter(reference=reference)
    found = _members(users if also_gone else users.filter(is_active=True))
    return found[0] if found else None


def members_found(
    words: str, number: str, *, scope: frozenset[int] | None = None, gone: bool = False
) -> tuple[list[Member], Page[User]]:
    """Return a page of current or former members with the words in their name or address."""
    users = _people_with(words, scope=scope, gone=gone)
    shown = Paginator(users, PEOPLE_ON_A_PAGE).get_page(number)
    ids = [user.pk for user in shown.object_list]
    return _members(users.filter(pk__in=ids)), shown


def all_members_found(
    words: str, *, scope: frozenset[int] | None = None, gone: bool = False
) -> list[Member]:
    """Return all members shown on the pages of `members_found`."""
    return _members(_people_with(words, scope=scope, gone=gone))


def _people_with(words: str, *, scope: frozenset[int] | None, gone: bool) -> QuerySet[User]:
    people = User.objects.filter(_works_in(scope), is_active=not gone)
    people = people.exclude(email__endswith=ERASED)
    users = people.order_by(SortKey("last_name"), SortKey("first_name"), "pk")
    for word in words.split():
        users = users.filter(
            Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(email__icontains=word)
        )
    return users


def _works_in(scope: frozenset[int] | None) -> Q:
    if scope is None:
        return Q()
    return Q(Exists(Profile.objects.filter(user_id=OuterRef("pk"), company_id__in=scope)))


def held_by(member: Member) -> list[tuple[Role, str]]:
    """Return a member's roles, each with its company of the park."""
    names = {company.pk: company.name for company in companies()}
    return [(role, names.get(role.company_id or 0, "")) for role in member.roles]


def anybody_at(email: str) -> User | None:
    """Return the user with this address, even if their account is closed."""
    return User.objects.filter(email=normal_email(email)).first()


def url_of(user: User) -> str:
    """Return the address of a member's card."""
    return reverse("members:person", args=[user.reference])


def profile_of(user: User) -> Profile | None:
    """Return a member's profile, if any."""
    return Profile.objects.filter(user_id=user.pk).first()


def profile_to_change(user: User) -> Profile | None:
    """Return a member's profile, locked until it is saved."""
    return Profile.objects.select_for_update().filter(user_id=user.pk).first()


def administrators(*, lock: bool) -> list[Role]:
    """Return the roles of the whole space's administrators; locked while a role is removed."""
    roles = Role.objects.filter(role=Role.Kind.ADMINISTRATOR, company_id=None, user__is_active=True)
    return list(roles.select_for_update(of=("self",)) if lock else roles)


def moderators() -> list[Moderator]:
    """Return the active moderators."""
    held = Role.objects.filter(role=Role.Kind.MODERATOR, user__is_active=True).order_by("pk")
    return [Moderator(*row) for row in held.values_list("user_id", "company_id")]


def screen_manager_ids() -> list[int]:
    """Return the ids of the screen managers of the whole space."""
    held = Role.objects.filter(role=Role.Kind.KIOSK_MANAGER, company_id=None, user__is_active=True)
    return list(held.order_by("pk").values_list("user_id", flat=True))


def administrator_ids() -> list[int]:
    """Return the ids of the administrators of the whole space."""
    return [role.user_id for role in administrators(lock=False)]


def company_administrator_ids(company_id: int) -> list[int]:
    """Return the ids of the administrators of a company of a park."""
    held = Role.objects.filter(role=Role.Kind.ADMINISTRATOR, company_id=company_id)
    return list(held.filter(user__is_active=True).order_by("pk").values_list("user_id", flat=True))


def all_council_ids() -> list[int]:
    """Return the people of every council of the space, as other rooms ask for them."""
    roles = [Role.Kind.COUNCIL, Role.Kind.TREASURER]
    held = Role.objects.filter(role__in=roles, user__is_active=True)
    return sorted(set(held.values_list("user_id", flat=True)))


def check_may_close(person: User, *, by: User) -> None:
    """Raise NotAllowed unless the user administers the person's company and all their roles."""
    duties = duties_of(by)
    profile = profile_of(person)
    rules.check_administers(duties, profile.company_id if profile else None)
    for duty in duties_of(person):
        rules.check_administers(duties, duty.company_id)


def person_to_change(user_id: int) -> User:
    """Return a person, locked while their account is closed or reopened."""
    return User.objects.select_for_update().get(pk=user_id)


def last_departure_of(user: User) -> Departure | None:
    """Return a member's latest departure, even if the account is open again."""
    return Departure.objects.filter(user_id=user.pk).order_by("-closed_at", "-pk").first()


def leavers_before(moment: dt.datetime) -> list[int]:
    """Return the ids of members that left before a moment, still away and not yet erased."""
    rows = Departure.objects.filter(
        reopened_at=None, closed_at__lt=moment, user__is_active=False
    ).exclude(user__email__endswith=ERASED)
    return list(rows.order_by("closed_at").values_list("user_id", flat=True))


def departures_of(user: User) -> list[Departure]:
    """Return a member's departures with their authors; the latest first."""
    rows = Departure.objects.filter(user_id=user.pk).order_by("-closed_at", "-pk")
    return list(rows.select_related("closed_by", "reopened_by")[:MOST_DEPARTURES])


def last_day_of(person: User) -> dt.date | None:
    """Return a member's last day by contract, if it is known."""
    found = profile_of(person)
    return found.leaves_on if found else None


def last_day_before(departure: Departure) -> dt.date | None:
    """Return the last day by contract that closed an account, or None for another cause."""
    found = profile_of(departure.user) if departure.closed_by_id is None else None
    return found.leaves_on if found else None


def departure_to_mail(departure_id: int) -> Departure | None:
    """Return a departure, locked, if its mail is still to be sent."""
    waiting = Departure.objects.filter(pk=departure_id, mailed_at=None)
    return waiting.select_related("user").select_for_update(of=("self",)).first()


def is_only_treasurer(user: User) -> bool:
    """Return True if this member is the council's only active treasurer."""
    held = Role.objects.filter(role=Role.Kind.TREASURER, user__is_active=True)
    holders = set(held.values_list("user_id", flat=True))
    return holders == {user.pk}


def count_for_administrators(user: User, at: dt.datetime) -> dict[str, int]:  # noqa: ARG001 - the hook's form
    """Return the number of members, for their administrators."""
    if not administers(user):
        return {}
    [(people, administers_all)] = _administered(user=user)
    return {"people": people, "administers_all": administers_all} if people else {}


@statement
def _administered(user: Given) -> QuerySet[User, tuple[int, int]]:
    charges = Role.objects.filter(user_id=user.pk, role=Role.Kind.ADMINISTRATOR)
    within = charges.filter(company_id=OuterRef("company_id"))
    colleagues = Profile.objects.filter(Exists(within), user_id=OuterRef("pk"))
    of_all = Q(Exists(charges.filter(company_id=None)))
    found = User.objects.filter(of_all | Q(Exists(colleagues)), is_active=True).order_by()
    return found.values_list(counted(F("pk")), counted(Case(When(of_all, then=F("pk")))))


def companies() -> list[OwnCompany]:
    """Return the companies of the space."""
    return sorted(OwnCompany.objects.all(), key=lambda company: sort_key(company.name))


def company_of(user: User) -> int | None:
    """Return the user's company."""
    return Profile.objects.filter(user_id=user.pk).values_list("company_id", flat=True).first()


def companies_in(scope: frozenset[int] | None) -> list[OwnCompany]:
    """Return the companies that a member administers."""
    return [one for one in companies() if scope is None or one.pk in scope]


def company_ids() -> list[int]:
    """Return the ids of the companies of the space."""
    return [company.pk for company in companies()]


def sites() -> list[OwnSite]:
    """Return the sites of the space, the largest first."""
    return list(OwnSite.objects.all())


def site_ids() -> list[int]:
    """Return the ids of the sites of the space."""
    return [site.pk for site in sites()]


def email_domains() -> list[str]:
    """Return the mail domains open for joining without an invitation."""
    return list(OwnEmailDomain.objects.order_by("domain").values_list("domain", flat=True))


def invitation_of(code: str) -> Invitation | None:
    """Return the invitation of a code, typed in any case."""
    found = Invitation.objects.select_related("made_by").filter(code=code.strip().lower())
    return found.first()


def invitation_to_use(invitation_id: int) -> Invitation | None:
    """Return an invitation, locked while its use is counted."""
    return Invitation.objects.select_for_update().filter(pk=invitation_id).first()


def invitations(scope: frozenset[int] | None) -> list[Invitation]:
    """Return the invitations that a member administers, the newest first."""
    within = Q() if scope is None else Q(company_id__in=scope)
    made = Invitation.objects.filter(within).select_related("made_by")
    return list(made.order_by("-made_at", "-pk")[:MOST_INVITATIONS])


def request_of(token: str, *, lock: bool = False) -> JoinRequest | None:
    """Return the request to join that a confirmation belongs to; locked while it is confirmed."""
    found = JoinRequest.objects.filter(token_hash=tokens.hashed(token))
    requests = found.select_related("invitation", "invited_by")
    return (requests.select_for_update(of=("self",)) if lock else requests).first()
