"""A member's card, field by field, as a colleague sees it; and the newcomers."""

import datetime as dt
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import DateTimeField, Func, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import hooks, private_pictures
from saas.kernel.database.statements import Given, statement
from saas.kernel.private_pictures import Photo
from tenants.community.members.models import Portrait, Profile, Role
from tenants.community.members.queries import people as queries
from tenants.community.members.queries import thanks
from tenants.community.members.rules import membership as rules

KIND = "profile"
MOST_OFFERS = 12
MOST_WELCOMED = 3


class Card(NamedTuple):
    """A colleague's card as the viewer sees it; fields hidden from the viewer are empty."""

    member: queries.Member
    own: bool
    hidden: bool
    newcomer: bool
    found: bool
    portrait: Photo | None
    portrait_state: str  # for its owner alone
    team: str
    about: str
    site: str
    languages: str
    thanks: int
    roles: list[Role]
    offers: list[hooks.FeedItem]


def card(member: queries.Member, *, viewer: User, at: dt.datetime) -> Card:
    """Return a member's card as a viewer sees it, with their loans and offers."""
    profile = queries.profile_of(member.user) or Profile(user=member.user, joined_at=at)
    own = member.user.pk == viewer.pk
    same = profile.company_id is not None and queries.company_of(viewer) == profile.company_id
    shown = rules.fields_shown(profile, own=own, same_company=same)
    return Card(
        member=member,
        own=own,
        hidden=profile.hidden_at is not None,
        newcomer=rules.is_newcomer(profile.joined_at, at=at),
        found=bool(profile.found_as),
        portrait=portrait_of(profile) if "picture" in shown else None,
        portrait_state=state_of_portrait(profile) if own else "",
        team=profile.team if "team" in shown else "",
        about=profile.about if "about" in shown else "",
        site=member.site if "site" in shown else "",
        languages=profile.languages if "languages" in shown else "",
        thanks=thanks.received_by(member.user) if "thanks" in shown else 0,
        roles=member.roles,
        offers=_offers_of(member.user, viewer=viewer, at=at) if "offers" in shown else [],
    )


def _offers_of(person: User, *, viewer: User, at: dt.datetime) -> list[hooks.FeedItem]:
    offered = hooks.offers_of.collect(person.pk, viewer, at)
    return sorted(offered, key=lambda one: one.at, reverse=True)[:MOST_OFFERS]


def portrait_of(profile: Profile) -> Photo | None:
    """Return a member's picture, once it can be shown."""
    rows = Portrait.objects.filter(profile=profile.pk) if profile.pk else []
    return next(iter(private_pictures.photos_of(rows)), None)


def state_of_portrait(profile: Profile | None) -> str:
    """Return whether a member's picture is being drawn, is ready or could not be read."""
    return next((one.state for one in portraits_of(profile)), "")


def portraits_of(profile: Profile | None) -> list[Portrait]:
    """Return the picture of a profile, even if it is still being prepared."""
    return list(Portrait.objects.filter(profile=profile.pk)) if profile and profile.pk else []


def own_portraits(ids: list[int], *, by: User) -> list[Portrait]:
    """Return the member's drafts and picture, in the requested order."""
    besides = Q(profile__user=by)
    return private_pictures.own_drafts(Portrait, ids, uploader_id=by.pk, besides=besides)


def portrait_named(token: str, *, viewer: User) -> Portrait | None:
    """Find a picture that its member shows to the viewer."""
    seen = Q(profile__user__is_active=True, profile__hidden_at=None)
    picture = private_pictures.named(Portrait, token, seen=seen, viewer_id=viewer.pk)
    if picture is None or picture.uploader_id == viewer.pk or picture.profile_id is None:
        return picture
    profile = Profile.objects.get(pk=picture.profile_id)
    same = profile.company_id is not None and queries.company_of(viewer) == profile.company_id
    shown = rules.fields_shown(profile, own=False, same_company=same)
    return picture if "picture" in shown else None


def subject(kind: str, reference: str, viewer: User) -> hooks.Subject | None:
    """Return the profile that a report or a welcome message is about."""
    found = User.objects.filter(reference=reference, is_active=True) if kind == KIND else None
    person = found.first() if found is not None else None
    profile = queries.profile_of(person) if person else None
    if person is None or profile is None:
        return None
    hidden = profile.hidden_at is not None and person.pk != viewer.pk
    reachable = rules.is_newcomer(profile.joined_at, at=timezone.now()) or bool(profile.found_as)
    return hooks.Subject(
        kind=KIND,
        id=profile.pk,
        title=person.short_name,
        url=queries.url_of(person),
        owner_id=person.pk,
        picture_url=None,
        state="",
        open=reachable,
        writable=reachable and not hidden,
    )


def judged(kind: str, reference: str) -> hooks.Judged | None:
    """Return a member's own texts and picture to moderation."""
    rows = Profile.objects.filter(user__reference=reference).select_related("user")
    profile = rows.first() if kind == KIND else None
    if profile is None:
        return None
    words = (profile.team, profile.about, profile.languages)
    return hooks.Judged(
        kind=KIND,
        title=profile.user.short_name,
        text="\n".join(one for one in words if one),
        owner_id=profile.user_id,
        url=queries.url_of(profile.user),
        pictures=private_pictures.tokens_of(portraits_of(profile)),
        hidden=profile.hidden_at is not None,
    )


def for_feed(person: User, at: dt.datetime) -> list[hooks.FeedItem]:
    """Return the newcomers, whom the home page has read with its own statement."""
    come_along = getattr(person, "today", {})
    found = come_along.get("newcomers")
    if found is None:
        found = [row["line"] for row in _newcomers(viewer=person, since=at - rules.NEWCOMER)]
    return [_welcome(line) for line in found]


def _welcome(line: dict[str, str]) -> hooks.FeedItem:
    joined_at = dt.datetime.fromisoformat(line["joined"])
    name = User(first_name=line["first"], last_name=line["last"]).short_name
    url = reverse("members:person", args=[line["reference"]])
    values = {"name": name, "url": url, "at": joined_at}
    return hooks.FeedItem(joined_at, "components/newcomer.html", values)


def today_columns(viewer: Any, at: Any, until: Any) -> dict[str, Combinable]:  # noqa: ARG001 - the hook's form
    """Return the newcomers as a column of the home page's statement."""
    since = Func(
        at,
        Value(rules.NEWCOMER),
        template="(%(expressions)s)",
        arg_joiner=" - ",
        output_field=DateTimeField(),
    )
    return {"newcomers": ArraySubquery(_lines_of_newcomers(viewer, since))}


@statement
def _newcomers(viewer: Given, since: Given) -> QuerySet[Profile, Any]:
    return _lines_of_newcomers(viewer, since)


def _lines_of_newcomers(viewer: Any, since: Any) -> QuerySet[Profile, Any]:
    rows = Profile.objects.filter(joined_at__gte=since, user__is_active=True)
    fresh = rows.exclude(user=viewer).exclude(joined_by=Profile.Joined.FOUNDING)
    lines = fresh.order_by("-joined_at").values(
        line=JSONObject(
            joined="joined_at",
            first="user__first_name",
            last="user__last_name",
            reference="user__reference",
        )
    )
    return lines[:MOST_WELCOMED]
