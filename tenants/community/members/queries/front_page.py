"""The front page: its greeting, its contents, and the columns loaded with the user for it."""

import datetime as dt
from typing import Any, NamedTuple, cast

from django.db.models import Exists, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import cache, hooks
from saas.kernel.database.statements import Given, statement
from saas.kernel.hooks import CouncilBrief, FeedItem, Sponsored
from saas.kernel.offers import home_hooks
from tenants.community.members.models import Profile, Role
from tenants.community.members.queries import cards
from tenants.community.members.queries import people as queries
from tenants.community.members.rules import council as council_rules
from tenants.community.members.rules import front_page as rules
from tenants.community.members.wording import ideas, reasons
from tenants.spaces import places


class FrontPage(NamedTuple):
    """The front page: new items, a placement among them, and this week's events.

    `fresh` is the number of items since the last visit, at `since`; `few` means that the space has
    just begun.
    """

    entries: list[FeedItem | Sponsored]
    week: list[FeedItem]
    empty: bool
    few: bool
    sponsored: bool
    fresh: int
    since: dt.datetime | None


class Now(NamedTuple):
    """The moment: a member's tasks of today, those due first, and ideas for this break."""

    due: list[home_hooks.Agenda]
    agenda: list[home_hooks.Agenda]
    chances: list[home_hooks.Chance]


def signed_in_columns(user_id: Any) -> dict[str, Combinable]:
    """Return the columns that pages need about the signed-in user: site, company and roles."""
    charges = Role.objects.filter(user_id=user_id, role=Role.Kind.ADMINISTRATOR)
    # For a single company of a park, only its council decides about the contents of screens.
    of_all = [Role.Kind.ADMINISTRATOR, Role.Kind.KIOSK_MANAGER]
    on_screens = Q(role__in=of_all, company_id=None) | Q(role__in=council_rules.KINDS)
    return {
        "works_at": Subquery(Profile.objects.filter(user_id=user_id).values("site_id")),
        "works_for": Subquery(Profile.objects.filter(user_id=user_id).values("company_id")),
        "accepted_conditions": Subquery(
            Profile.objects.filter(user_id=user_id).values("cgu_version")
        ),
        "answered_found": Exists(
            Profile.objects.filter(user_id=user_id, found_answered_at__isnull=False)
        ),
        "administers": Exists(charges),
        "speaks_on_screens": Exists(Role.objects.filter(on_screens, user_id=user_id)),
        "moderates": Exists(Role.objects.filter(user_id=user_id, role=Role.Kind.MODERATOR)),
    }


def site_of(user: User) -> int | None:
    """Return the member's site."""
    if hasattr(user, "works_at"):
        return cast("int | None", user.works_at)
    return Profile.objects.filter(user_id=user.pk).values_list("site_id", flat=True).first()


def own_card(user: User, at: dt.datetime) -> cards.Card | None:
    """Return the user's own card, at most as visible to colleagues of the whole space."""
    member = queries.member_of(user.reference)
    return cards.card(member, viewer=user, at=at) if member else None


def front_page(user: User, at: dt.datetime) -> FrontPage:
    """Return the first items of all rooms in turn, with sponsored items mixed in.

    In each room those at the member's site come first.
    """
    rooms = [answer for answer in hooks.feed.ask(user, at) if answer]
    rooms.sort(key=lambda answer: answer[0].at, reverse=True)
    offered = [item for answer in rooms for item in answer]
    since = last_visit(user, at)
    near = _site_among_others(user)
    ranked = [rules.near_first(answer, near.id if near else None) for answer in rooms]
    shown = rules.in_turn(ranked, most=rules.MOST_IN_FEED)
    own: list[FeedItem | Sponsored] = [reasons.explained(item, since, near) for item in shown]
    placed: list[FeedItem | Sponsored] = [*hooks.sponsored.collect("home_feed", user, at)]
    entries = rules.mixed(own, placed[: rules.MOST_SPONSORED])
    return FrontPage(
        entries,
        week=rules.of_the_week([item for item in offered if item not in shown], at=at),
        empty=not offered,
        few=len(offered) < ideas.FEW,
        sponsored=len(entries) > len(own),
        fresh=sum(item.at > since for item in offered) if since else 0,
        since=since,
    )


def _site_among_others(user: User) -> places.Site | None:
    """Return the member's site, if the space has another one."""
    sites = places.here().sites
    return sites.get(site_of(user) or 0) if len(sites) > 1 else None


def visit_of(user: User) -> str:
    """Return the cache key of a member's last visit."""
    return f"visit:{user.pk}"


def last_visit(user: User, at: dt.datetime) -> dt.datetime | None:
    """Return the time of the member's visit before this visit, cached for a while.

    A member returning within the hour continues the same visit.
    """
    name = visit_of(user)
    nobody: tuple[dt.datetime | None, dt.datetime | None] = (None, None)
    seen, before = cast(
        "tuple[dt.datetime | None, dt.datetime | None]", cache.stored_value(name, nobody)
    )
    if seen is None or at - seen > rules.SAME_VISIT:
        before = seen
    if seen is None or at - seen > rules.SEEN_AGAIN:
        cache.store_value(name, (at, before), seconds=rules.VISIT_RETENTION_SECONDS)
    return before


def now_of(user: User, at: dt.datetime) -> Now:
    """Return a member's items for today and for this break, with a single query for all rooms."""
    midnight = dt.datetime.combine(timezone.localdate(at), dt.time(), timezone.localtime(at).tzinfo)
    [found] = _today(viewer=user, at=at, until=midnight + dt.timedelta(days=1))
    vars(user)["today"] = found  # cached for the side column
    agenda = home_hooks.agenda.collect(found, at)
    agenda.sort(key=lambda line: (not line.due, line.at))
    due = agenda[: rules.MOST_DUE]
    chances = home_hooks.chances.collect(found, at)
    return Now(
        due=due,
        agenda=agenda[rules.MOST_DUE : rules.MOST_IN_AGENDA],
        chances=chances[: rules.MOST_NOW - len(due)],
    )


@statement
def _today(viewer: Given, at: Given, until: Given) -> QuerySet[User, Any]:
    columns = home_hooks.today_columns.merge(viewer, at, until)
    return User.objects.filter(pk=viewer).values(**columns)


def council_brief(user: User, at: dt.datetime) -> CouncilBrief | None:
    """Return this month's result for a member's council, if a room provides it."""
    return hooks.council_brief.first(user, at)


def greeting(user: User, at: dt.datetime) -> rules.Greeting:
    """Return the greeting for the break of the member's site, else of the largest site."""
    site = places.here().site_or_largest(site_of(user))
    now = timezone.localtime(at).time()
    if site is None:
        return rules.greeting_at(now, None, None)
    return rules.greeting_at(now, *site.break_at(now))


def has_posts(user: User, at: dt.datetime) -> bool:
    """Return True if any room has a new item for the user."""
    return any(hooks.feed.ask(user, at))
