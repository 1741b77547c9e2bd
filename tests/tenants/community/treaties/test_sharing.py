"""Sharing between spaces: copies of the items that treaties open, deleted when they are closed."""

import datetime as dt
from collections.abc import Callable
from functools import partial

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import hooks, schema
from saas.kernel.errors import Refused
from tenants.community.classifieds import actions as classifieds
from tenants.community.classifieds.models import Classified
from tenants.community.treaties import tasks
from tenants.community.treaties.forms import deciding
from tenants.community.treaties.queries import board, sharing
from tenants.spaces.actions import treaties as spaces
from tenants.spaces.models import SharedItem
from tests.tenants.community.classifieds.making import make_classified, make_picture, offer, run
from tests.tenants.community.treaties.conftest import Jobs, Sides

type Share = Callable[..., Classified]


def lying() -> dict[str, SharedItem]:
    with schema.in_public():
        return {item.title: item for item in SharedItem.objects.all()}


def titles_in(space: str) -> list[str]:
    with schema.inside(space):
        found = board.board(board.Filters(), at=timezone.now())
    return [tile.title for tile in found.tiles]


def test_offer_for_neighbours_is_shared_with_its_space(treaty: Sides, share: Share) -> None:
    share(treaty.north, title="Vélo pliant")
    item = lying()["Vélo pliant"]
    assert (item.category, item.author, item.company) == ("things", "Nadia B.", "North Un")
    with schema.inside("south"):
        tile = board.board(board.Filters(), at=timezone.now()).tiles[0]
    assert tile.note == "Espace north · North Un"
    held = {str(value) for value in vars(item).values()}
    assert not any(treaty.north.email in value for value in held)
    assert titles_in("north") == []


def test_only_what_its_author_shows_and_a_treaty_opens_passes(treaty: Sides, share: Share) -> None:
    make_classified(treaty.north, title="Pour la maison")
    make_classified(treaty.north, title="Pour l’entreprise", audience="company")
    share(treaty.north, title="Perceuse à prêter", lent=True)
    with pytest.raises(Refused, match="Aucun accord n’ouvre"):
        make_classified(treaty.north, title="Ourlets", kind="service", audience="neighbours")
    run(tasks.publish)
    assert set(lying()) == {"Perceuse à prêter"}


@pytest.mark.parametrize("end", ["close", "narrow", "expire", "leave", "change kind"])
def test_ended_or_narrowed_offer_is_unshared_by_the_job(
    treaty: Sides, share: Share, jobs: Jobs, end: str
) -> None:
    classified = share(treaty.north, title="Vélo pliant")
    assert titles_in("south") == ["Vélo pliant"]
    by, now = treaty.north, timezone.now()
    edit = partial(classifieds.edit, classified=classified, pictures=[], by=by, at=now)
    change: dict[str, Callable[[], object]] = {
        "close": lambda: classifieds.close(classified=classified, outcome="here", by=by, at=now),
        "narrow": lambda: edit(offer=offer()),
        "expire": lambda: classifieds.expire(at=now + dt.timedelta(days=90)),
        "leave": lambda: leave(by),
        "change kind": lambda: edit(offer=offer(kind="service", audience="neighbours")),
    }
    change[end]()
    jobs.run()
    assert titles_in("south") == []
    assert lying() == {}


def leave(person: User) -> None:
    User.objects.filter(pk=person.pk).update(is_active=False)
    hooks.offers_changed.ask()


def test_an_edit_is_followed_and_a_second_run_writes_nothing(
    treaty: Sides, share: Share, jobs: Jobs
) -> None:
    classified = share(treaty.north, title="Vélo pliant")
    before = lying()["Vélo pliant"].pk
    terms = offer(title="Vélo pliant révisé", audience="neighbours")
    classifieds.edit(
        classified=classified, offer=terms, pictures=[], by=treaty.north, at=timezone.now()
    )
    jobs.run()
    assert lying()["Vélo pliant révisé"].pk == before
    run(tasks.publish)
    assert lying()["Vélo pliant révisé"].pk == before


def test_the_picture_is_a_copy_under_a_name_that_nobody_guesses_and_goes_with_the_thing(
    treaty: Sides, share: Share, jobs: Jobs
) -> None:
    classified = make_classified(treaty.north, title="Vélo pliant", audience="neighbours")
    picture = make_picture(treaty.north, classified)
    source = f"{picture.name}-960.webp"
    default_storage.save(source, ContentFile(b"RIFF"))
    jobs.run()
    name = lying()["Vélo pliant"].picture
    assert name.startswith("public/neighbours/")
    assert picture.token not in name
    assert default_storage.open(name).read() == b"RIFF"
    classifieds.close(classified=classified, outcome="here", by=treaty.north, at=timezone.now())
    jobs.run()
    assert not default_storage.exists(name)
    assert default_storage.exists(source)
    default_storage.delete(source)


def test_revoked_treaty_leaves_no_copy_or_picture(treaty: Sides, share: Share, jobs: Jobs) -> None:
    share(treaty.north, title="Vélo pliant")
    name = "public/neighbours/essai-de-revocation-0001.webp"
    default_storage.save(name, ContentFile(b"RIFF"))
    with schema.in_public():
        SharedItem.objects.update(picture=name)
    deciding.revoke(reference=treaty.reference, by=treaty.north, at=timezone.now())
    assert titles_in("south") == []
    done = jobs.run()
    assert "north:delete_closed_copies" in done or "public:delete_closed_copies" in done
    assert lying() == {}
    assert not default_storage.exists(name)


def test_copy_stays_while_another_treaty_opens_it(treaty: Sides, share: Share) -> None:
    share(treaty.north, title="Vélo pliant")
    run(tasks.delete_closed_copies)
    assert set(lying()) == {"Vélo pliant"}


def test_a_job_that_read_older_things_has_not_the_last_word(treaty: Sides, share: Share) -> None:
    """Run two jobs at once: the first reads a classified before its withdrawal, and writes last."""
    classified = share(treaty.north, title="Vélo pliant")
    now = timezone.now()
    with schema.in_public():
        older = spaces.begin_sharing(schema_name="north", at=now)
    read = sharing.to_share(older.given, at=now)
    classifieds.close(classified=classified, outcome="here", by=treaty.north, at=now)
    run(tasks.publish)
    with schema.in_public():
        spaces.share(schema_name="north", turn=older.turn, copies=read.copies, pictures={}, at=now)
    assert [copy.title for copy in read.copies] == ["Vélo pliant"]
    assert lying() == {}


def test_copy_of_a_closed_category_is_not_written(treaty: Sides, share: Share) -> None:
    share(treaty.north, title="Vélo pliant")
    now = timezone.now()
    with schema.in_public():
        opened = spaces.begin_sharing(schema_name="north", at=now)
    read = sharing.to_share(opened.given, at=now)
    deciding.revoke(reference=treaty.reference, by=treaty.north, at=now)
    with schema.in_public():
        spaces.share(schema_name="north", turn=opened.turn, copies=read.copies, pictures={}, at=now)
    assert read.copies
    assert lying() == {}
