"""Colleagues in the search over all rooms: by their descriptions, and by name if they agreed."""

import datetime as dt

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel.display.people import tone_of
from saas.kernel.display.tiles import Tile
from saas.kernel.search import room_search, search_hooks, searching
from tenants.community.members.models import Profile


def _open_to_all() -> QuerySet[Profile]:
    """Return profiles: the column of stems has the texts open to all, and names that are found."""
    return Profile.objects.filter(hidden_at=None)


def _tile(row: Profile) -> Tile:
    seen = Profile.Seen.SPACE
    about = row.about if row.about_seen == seen else ""
    team = row.team if row.team_seen == seen else ""
    return Tile(
        url=reverse("members:person", args=[row.user.reference]),
        reference=row.user.reference,
        title=about or team or row.user.short_name,
        kind=_("Collègue"),
        symbol="user",
        picture="",
        cents=None,
        gift=False,
        unit="",
        place="",
        name=row.user.short_name,
        note=team,
        person_tone=tone_of(row.user_id),
        when=None,
        first=False,
        state=_("Profil"),
    )


SEARCHED = room_search.Searched(
    kind="people",
    rows=lambda _asker: _open_to_all().filter(user__is_active=True),
    open=lambda _asker: _open_to_all(),
    dress=lambda rows, _asker: rows.select_related("user"),
    tiles=lambda rows, _at: [_tile(row) for row in rows],
    names="collègue colleague",
    site="site_id",
    author="user",
    newest="-pk",
    created="joined_at",
)


def search(
    question: search_hooks.SearchQuestion, viewer: User, at: dt.datetime
) -> search_hooks.SearchAnswer:
    """Return the colleagues matching a search; without words the result is empty."""
    label = _("Collègues")
    if question.since or not searching.without_names(question.words, SEARCHED.names):
        return search_hooks.SearchAnswer(SEARCHED.kind, label, "users", {}, [], [])
    return room_search.answer(question, SEARCHED, viewer=viewer, at=at, label=label, symbol="users")


def tiles_by_reference(references: list[str], viewer: User, at: dt.datetime) -> dict[str, Tile]:  # noqa: ARG001 - the hook's form
    """Return the tiles of the given colleagues, if they are still active."""
    rows = _open_to_all().filter(user__is_active=True, user__reference__in=references)
    return {row.user.reference: _tile(row) for row in rows.select_related("user")}
