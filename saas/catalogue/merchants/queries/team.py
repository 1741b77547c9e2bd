"""Queries about the people of shops: rights, the shop chosen at the desk, requests, invitations."""

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

from django.core import signing
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When

from saas.accounts.models import User
from saas.catalogue.merchants.models import (
    Invitation,
    JoinRequest,
    Membership,
    Merchant,
    ShopChoice,
)
from saas.catalogue.merchants.rules import joining
from saas.catalogue.merchants.rules import shops as rules
from saas.kernel.secrets import tokens
from saas.kernel.values.mailboxes import mailbox_of

Role = Membership.Role


class TeamMember(NamedTuple):
    """Person of a shop with their role; the first owner has no `since`."""

    person: User
    role: Membership.Role
    since: dt.datetime | None


class Team(NamedTuple):
    """People, join requests and invitations of a shop, and the viewer's right to decide."""

    members: list[TeamMember]
    waiting: list[JoinRequest]
    invitations: list[Invitation]
    decides: bool


class DeskShop(NamedTuple):
    """Shop in a person's list: their role, and True if the desk shows this shop now."""

    shop: Merchant
    role: Membership.Role
    is_current: bool


def run_by(person: User) -> QuerySet[Merchant]:
    """Return all shops that a person runs as owner or editor."""
    return _with_role(person, [Role.OWNER, Role.EDITOR])


def at_till(person: User) -> QuerySet[Merchant]:
    """Return all shops where a person may redeem codes: every role may."""
    return _with_role(person, Role.values)


def _with_role(person: User, roles: list[str]) -> QuerySet[Merchant]:
    joined = Membership.objects.filter(person=person, role__in=roles)
    return Merchant.objects.filter(Q(owner=person) | Q(pk__in=joined.values("merchant")))


def _current_first(shops: QuerySet[Merchant], person: User) -> QuerySet[Merchant]:
    """Sort shops: the person's choice, else published shops, else the oldest."""
    chosen = ShopChoice.objects.filter(person=person, merchant=OuterRef("pk"))
    first = Case(
        When(Exists(chosen), then=Value(0)),
        When(state=Merchant.State.PUBLISHED, then=Value(1)),
        default=Value(2),
    )
    return shops.order_by(first, "pk")


def mailboxes_of(merchants: Collection[int]) -> dict[int, set[str]]:
    """Return the mailboxes of the people of some shops, in a single statement."""
    joined = Membership.objects.filter(merchant__in=merchants)
    owners = Merchant.objects.filter(pk__in=merchants).order_by()
    people = joined.order_by().values_list("merchant", "person__email")
    rows = owners.values_list("pk", "owner__email").union(people).order_by()
    found: dict[int, set[str]] = {}
    for merchant, email in rows:
        found.setdefault(merchant, set()).add(mailbox_of(email))
    return found


def current_of(person: User) -> QuerySet[Merchant]:
    """Return the shop that the desk shows to a person, as a query of at most one row."""
    return _current_first(run_by(person), person)[:1]


def shop_of(person: User) -> Merchant | None:
    """Return the shop that the desk shows to a person, with its hours.

    Raises NotAllowed for a person who may only redeem codes.
    """
    shop = current_of(person).prefetch_related("hours").first()
    if shop is None:
        joining.check_is_not_only_at_till(is_at_till=at_till(person).exists())
    return shop


def till_shop_of(person: User) -> Merchant | None:
    """Return the shop whose codes a person redeems: their choice among those of any role."""
    return _current_first(at_till(person), person).first()


def shops_of(person: User) -> list[DeskShop]:
    """Return all shops of a person with their role, the current shop first."""
    roles = dict(Membership.objects.filter(person=person).values_list("merchant", "role"))
    shops = list(_current_first(at_till(person), person))
    return [
        DeskShop(shop, _role(shop, person, roles), is_current=shop is shops[0]) for shop in shops
    ]


def _role(shop: Merchant, person: User, roles: dict[int, str]) -> Membership.Role:
    return Role.OWNER if shop.owner_id == person.pk else Role(roles[shop.pk])


def runs(merchant_id: int, person: User) -> bool:
    """Return True if a person may act for a shop at the desk."""
    return run_by(person).filter(pk=merchant_id).exists()


def decides_for(merchant_id: int, person: User) -> bool:
    """Return True if a person is an owner of a shop and decides on its people."""
    return _with_role(person, [Role.OWNER]).filter(pk=merchant_id).exists()


def join_request_of(person: User) -> JoinRequest | None:
    """Return the last request of a person to join a shop, unless it was accepted."""
    rows = JoinRequest.objects.filter(person=person).exclude(state=JoinRequest.State.ACCEPTED)
    return rows.select_related("merchant__owner").order_by("-asked_at").first()


def waiting_join_of(person: User) -> bool:
    """Return True if a person's request to join a shop waits for an answer."""
    return JoinRequest.objects.filter(person=person, state=JoinRequest.State.WAITING).exists()


def team_of(merchant: Merchant, person: User) -> Team:
    """Return a shop's people, requests and invitations, and if this person decides on them."""
    first = TeamMember(User.objects.get(pk=merchant.owner_id), Role.OWNER, None)
    others = [TeamMember(row.person, Role(row.role), row.since) for row in people_of(merchant)]
    waiting = join_requests_waiting().filter(merchant=merchant)
    return Team(
        [first, *others],
        list(waiting),
        list(Invitation.objects.filter(merchant=merchant, accepted_at=None)),
        decides_for(merchant.pk, person),
    )


def member_of(merchant: Merchant, reference: str) -> User | None:
    """Return a person of the shop by their public reference, or None."""
    members = Membership.objects.filter(merchant=merchant).values("person")
    people = User.objects.filter(Q(pk=merchant.owner_id) | Q(pk__in=members))
    return people.filter(reference=reference).first()


def other_owners(merchant: Merchant, *, than: User) -> list[Membership]:
    """Return the owners beside the first owner and this person, longest-serving first."""
    rows = Membership.objects.filter(merchant=merchant, role=Role.OWNER)
    return list(rows.exclude(person=than).select_related("person"))


def join_requests_waiting() -> QuerySet[JoinRequest]:
    """Return the undecided requests to join a shop."""
    rows = JoinRequest.objects.filter(state=JoinRequest.State.WAITING)
    return rows.select_related("merchant__owner", "person")


def join_request_at(reference: str) -> JoinRequest | None:
    """Return a request to join by its reference."""
    rows = JoinRequest.objects.select_related("merchant__owner", "person")
    return rows.filter(reference=reference).first()


def people_of(merchant: Merchant) -> list[Membership]:
    """Return the memberships of a shop, without its first owner."""
    return list(Membership.objects.filter(merchant=merchant).select_related("person"))


def join_requests_to_mail() -> QuerySet[JoinRequest]:
    """Return the pending requests to join that are still to be mailed to the first owner."""
    return JoinRequest.objects.filter(
        mailed_at=None, state=JoinRequest.State.WAITING
    ).select_related("merchant__owner", "person")


def join_answers_to_mail() -> QuerySet[JoinRequest]:
    """Return the decided requests to join with an answer still to be mailed."""
    answered = JoinRequest.objects.filter(decision_mailed_at=None, decided_at__isnull=False)
    return answered.select_related("merchant", "person")


def invitations_to_mail() -> QuerySet[Invitation]:
    """Return the open invitations that are still to be mailed."""
    rows = Invitation.objects.filter(mailed_at=None, accepted_at=None)
    return rows.select_related("merchant", "invited_by")


def invitations_with_lost_mail(*, at: dt.datetime) -> list[int]:
    """Return ids of invitations with a mail that may have been lost."""
    late = invitations_to_mail().filter(invited_at__lt=at - rules.MAILED_WITHIN)
    return list(late.values_list("pk", flat=True)[: rules.MOST_UNMAILED])


def invitation_at(reference: str) -> Invitation | None:
    """Return an invitation by its reference."""
    rows = Invitation.objects.select_related("merchant", "invited_by")
    return rows.filter(reference=reference).first()


def invitation_of(token: str) -> Invitation | None:
    """Return the invitation of a mailed link; None if the link is forged or expired."""
    lasts = int(joining.INVITATION_LASTS.total_seconds())
    try:
        reference = tokens.unsign(joining.INVITATION, token, max_age_seconds=lasts)
    except signing.BadSignature:
        return None
    return invitation_at(reference)
