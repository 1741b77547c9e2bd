"""Former classifieds of things that are lent: moved whole, and found at their old addresses."""

import datetime as dt

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel.database import sql_files
from tenants.community.classifieds import tasks as classifieds
from tenants.community.classifieds.models import Classified, Picture
from tenants.community.conversations.models import Conversation
from tenants.community.lending.models import LendingPicture, Thing
from tests.fixtures.people import DAY, Browse, SpaceClient
from tests.tenants.community.classifieds.making import make_classified, make_picture, run

FILE = "tenants/community/lending/sql/lent_classifieds.sql"


def lend(author: User, *, at: dt.datetime, **columns: object) -> Classified:
    """A classified of a kind that there was before the room of lending."""
    row = make_classified(author, at=at, kind="swap", price_cents=None, title="Perceuse")
    Classified.objects.filter(pk=row.pk).update(**{"kind": "lend"} | columns)
    return row


def move() -> None:
    with connection.cursor() as cursor:
        for statement in sql_files.read(FILE).split(";\n"):
            if statement.strip():
                cursor.execute(statement)


@pytest.fixture
def lent(owner: User, teammate: User) -> Classified:
    now = timezone.now()
    row = lend(owner, at=now, audience="neighbours", place="Hall B")
    picture = make_picture(owner, row)
    default_storage.save(f"{picture.name}-480.webp", ContentFile(b"RIFF"))
    Conversation.objects.create(
        subject_kind="classified",
        subject_reference=row.reference,
        subject_title=row.title,
        asker=teammate,
        owner=owner,
        begun_at=now,
        last_message_at=now,
    )
    return row


def test_lent_classified_becomes_a_thing_with_its_pictures_and_talks(
    lent: Classified, owner: User
) -> None:
    sold = make_classified(owner)
    move()
    move()
    thing = Thing.objects.get()
    assert (thing.reference, thing.title, thing.owner_id) == (lent.reference, "Perceuse", owner.pk)
    assert (thing.audience, thing.place, thing.withdrawn_at) == ("neighbours", "Hall B", None)
    assert LendingPicture.objects.get().thing_id == thing.pk
    assert list(Classified.objects.all()) == [sold]
    assert not Picture.objects.exists()
    assert Conversation.objects.get().subject_kind == "thing"


def test_ended_offer_is_lent_no_more_and_a_price_is_a_rent(owner: User) -> None:
    now = timezone.now()
    lend(owner, at=now - 90 * DAY, expires_at=now - DAY)
    rent = lend(owner, at=now, price_cents=500)
    move()
    assert Thing.objects.get().withdrawn_at == now - DAY
    assert Classified.objects.get().pk == rent.pk
    assert Classified.objects.get().kind == "rent"


def test_old_addresses_lead_on(lent: Classified, his: SpaceClient) -> None:
    move()
    for old, new in (
        (f"/classifieds/{lent.reference}/", f"/lending/{lent.reference}/"),
        (f"/api/v1/classifieds/{lent.reference}/", f"/api/v1/things/{lent.reference}/"),
        ("/classifieds/?kind=lend", "/lending/"),
        ("/classifieds/new/?kind=lend", "/lending/new/"),
    ):
        response = his.get(old)
        assert (response.status_code, response["Location"]) in {(301, new), (308, new)}
    assert his.get("/classifieds/PA-XXXXXXXXX/").status_code == 404
    assert his.get("/api/v1/classifieds/PA-XXXXXXXXX/").status_code == 404


def test_moved_picture_is_still_shown_and_its_file_is_not_lost(
    lent: Classified, browse: Browse, teammate: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    move()
    later = timezone.now() + 3 * DAY
    with monkeypatch.context() as patch:
        patch.setattr(timezone, "now", lambda: later)
        run(classifieds.delete_lost_files)
    token = LendingPicture.objects.get().token
    assert browse(teammate).get(f"/lending/pictures/{token}/480.webp").status_code == 200
