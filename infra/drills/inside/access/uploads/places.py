"""Every address that takes a file, with the words that are typed beside it."""

from typing import NamedTuple

from django.db.models import Model

from infra.drills.inside.access.people import World
from saas.accounts.access import PUBLIC, SPACE
from tenants.community.classifieds.models import Picture as ClassifiedPicture
from tenants.community.conversations.models import Picture as MessagePicture
from tenants.community.lending.models import LendingPicture
from tenants.community.mediastore.models import Medium
from tenants.community.members.models import Portrait

# The typed text that must reappear on the page that refuses a file.
TYPED = "Ce que j’avais tapé"


class Place(NamedTuple):
    """An address that takes files in a field; `table` has a row for each that it has taken.

    Where a form is left incomplete on purpose, a picture is kept for its next try all the same.
    """

    what: str
    host: str
    who: str
    path: str
    field: str
    typed: dict[str, str]
    table: type[Model] | None
    takes_books: bool = False

    @property
    def is_program(self) -> bool:
        """Whether a program sends, and no page has typed words to keep."""
        return self.path.startswith("/api/")


def all_places(world: World) -> list[Place]:
    """Return the places for files, each with a person permitted to send a file there."""
    own, loan = world.things["own classified"], world.things["own loan"]
    thing, talk = world.things["own thing"], world.things["own conversation"]
    title, text = {"title": TYPED}, {"text": TYPED}
    offered, lent, written = ClassifiedPicture, LendingPicture, MessagePicture
    medium = {**title, "kind": "book", "provider": "council", "language": "fr"}
    medium |= {"access": "members", "loan_days": "14"}
    return [
        _page("new classified", "/classifieds/new/", title, table=offered),
        _page("classified", f"/classifieds/{own}/edit/", title, table=offered),
        _page("message", f"/messages/{talk}/", text, table=written),
        _page("new thing", "/lending/new/", title, table=lent),
        _page("thing", f"/lending/{thing}/edit/", title, table=lent),
        _page("damage", f"/lending/loans/{loan}/damage/", text, table=lent),
        _page("portrait", "/me/card/", {"languages": TYPED}, table=Portrait),
        Place("shop", PUBLIC, "merchant", "/desk/page/", "picture", {"name": TYPED}, None),
        Place(
            *("campaign", PUBLIC, "merchant", "/desk/campaigns/new/", "picture"),
            {"headline": TYPED},
            None,
        ),
        Place(
            *("shelf", SPACE, "council", "/media/keep/new/", "file"),
            medium,
            Medium,
            takes_books=True,
        ),
        _program("classified by a program", f"classifieds/{own}/pictures", {}, table=offered),
        _program("thing by a program", f"things/{thing}/pictures", {}, table=lent),
        _program("message by a program", f"conversations/{talk}/messages", text, table=written),
        _program("damage by a program", f"loans/{loan}/damages", text, table=lent),
    ]


def _page(what: str, path: str, typed: dict[str, str], *, table: type[Model]) -> Place:
    return Place(what, SPACE, "member", path, "pictures", typed, table)


def _program(what: str, path: str, typed: dict[str, str], *, table: type[Model]) -> Place:
    field = "pictures" if typed else "picture"
    return Place(what, SPACE, "member", f"/api/v1/{path}/", field, typed, table)
