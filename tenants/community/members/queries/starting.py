"""The beginning of a space: its remaining steps, and ideas for first posts."""

from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists
from django.db.models.expressions import Combinable
from django.urls import reverse

from saas.accounts.models import User
from saas.kernel import modules
from saas.kernel.offers import home_hooks
from tenants.community.members.models import Invitation, Profile, RemovedIdea, Role
from tenants.community.members.wording import ideas
from tenants.spaces.models import OwnEmailDomain


class Step(NamedTuple):
    """A step for a new space, and if it is done."""

    name: str
    done: bool


class Suggestion(NamedTuple):
    """An idea as a page shows it, with the address of its form."""

    key: str
    symbol: str
    title: str
    text: str
    url: str


class Beginning(NamedTuple):
    """The administrator's steps for a new space; ideas for all, and the removed ideas."""

    steps: list[Step]
    ideas: list[Suggestion]
    removed: list[Suggestion]


def beginning(user: User, *, posted: bool, is_park: bool = False) -> Beginning:
    """Return the progress of a new space, with a single query."""
    columns: dict[str, Combinable] = {
        "invited": Exists(Invitation.objects.all()),
        "accompanied": Exists(User.objects.exclude(pk=user.pk)),
        "described": Exists(Profile.objects.filter(user_id=user.pk).exclude(team="", about="")),
        "treasury": Exists(Role.objects.filter(role=Role.Kind.TREASURER)),
        "placed": Exists(OwnEmailDomain.objects.exclude(company_id=None)),
        "removed": ArraySubquery(RemovedIdea.objects.values("key")),
    }
    columns |= home_hooks.begun_columns.merge()
    rows: Any = User.objects.filter(pk=user.pk).values(**columns)
    begun = rows.get()
    of_park = [Step("mail_domains", begun["placed"])] if is_park else []
    steps = [
        *of_park,
        Step("invite", begun["invited"] or begun["accompanied"]),
        Step("post", posted),
        *([Step("lend", begun.get("thing", False))] if modules.is_used("lending") else []),
        Step("charter", begun.get("charter", False)),
        *([Step("screen", begun.get("screen", False))] if modules.is_used("kiosk") else []),
        Step("profile", begun["described"]),
        Step("treasurer", begun["treasury"]),
    ]
    open_ideas = [
        _shown(key)
        for key, idea in ideas.IDEAS.items()
        if not begun.get(key) and modules.is_used(idea.page.partition(":")[0])
    ]
    removed = set(begun["removed"])
    return Beginning(
        steps,
        [one for one in open_ideas if one.key not in removed],
        [one for one in open_ideas if one.key in removed],
    )


def _shown(key: str) -> Suggestion:
    idea = ideas.IDEAS[key]
    filled = {"kind": idea.kind, "title": str(idea.filled)}
    query = urlencode({name: value for name, value in filled.items() if value})
    url = reverse(idea.page)
    return Suggestion(
        key, idea.symbol, str(idea.title), str(idea.text), f"{url}?{query}" if query else url
    )
