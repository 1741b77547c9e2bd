"""An administrator's copy shows the posts that pages show to every member, and no others."""

import io
import zipfile
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models
from django.utils import timezone

from infra.drills.inside import columns
from saas.accounts.models import User
from saas.kernel import schema
from tenants.community.classifieds.models import Picture
from tenants.community.conversations.models import Picture as MessagePicture
from tenants.spaces.audiences import Audience
from tenants.spaces.database import export_rows, exports
from tenants.spaces.models import Archive, SpaceOperation, Tenant
from tests.fixtures.people import SpaceClient
from tests.tenants.community.classifieds.making import make_classified, make_picture
from tests.tenants.community.deals.making import make_deal
from tests.tenants.community.gatherings.making import make_gathering
from tests.tenants.community.lending.making import make_thing
from tests.tenants.community.mediastore.making import make_medium
from tests.tenants.community.rides.making import make_ride
from tests.tenants.spaces.life.conftest import Do, on

URL = "/admin/space/exports/"


class Room(NamedTuple):
    """A room's factory of a post, and the column of its text."""

    make: Callable[..., Any]
    column: str


ROOMS: dict[str, Room] = {
    "classifieds_classified": Room(make_classified, "title"),
    "deals_deal": Room(make_deal, "title"),
    "gatherings_gathering": Room(make_gathering, "title"),
    "lending_thing": Room(make_thing, "title"),
    "mediastore_medium": Room(lambda by, at, **words: make_medium(by, **words), "title"),  # noqa: ARG005 - all are called alike
    "rides_ride": Room(make_ride, "note"),
}


@pytest.fixture
def park(space: Tenant) -> Tenant:
    """Return the space as a park, so that members may post for a single company."""
    Tenant.objects.using("owner").filter(pk=space.pk).update(kind=Tenant.Kind.PARK)
    return space


def exported_tables() -> dict[str, type[models.Model]]:
    tables = {model._meta.db_table: model for model in columns.tables()}
    return {table: tables[table] for table in exports.SHOWN}


def fields_of(model: type[models.Model]) -> set[str]:
    return {str(field.column) for field in model._meta.concrete_fields}


def parents_of(model: type[models.Model]) -> set[tuple[str, str]]:
    """Return the keys of a table that lead to a post of a room."""
    keys = {
        str(field.column): field.related_model._meta.db_table
        for field in model._meta.concrete_fields
        if field.related_model is not None
    }
    return {(column, table) for column, table in keys.items() if table in ROOMS}


def copy_of(tenant: Tenant, do: Do) -> dict[str, bytes]:
    """Ask for a copy as the administrator; return its files."""
    client: SpaceClient = on(tenant)
    with schema.inside(tenant.schema_name):
        client.force_login(User.objects.get(first_name="Claire"))
    assert client.post(URL).status_code == 303
    operation = do(SpaceOperation.objects.latest("pk"))
    assert operation.state == SpaceOperation.State.DONE, operation.failure
    reference = Archive.objects.get(reference=operation.result["archive"]).reference
    answer: Any = client.get(f"{URL}{reference}/")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as file:
        return {name: file.read(name) for name in file.namelist()}


def test_each_table_with_an_audience_or_a_hidden_mark_has_a_condition() -> None:
    marks = {"audience": "audience <> 'company'", "hidden_at": "hidden_at IS NULL"}
    for table, model in exported_tables().items():
        condition = export_rows.CONDITIONS.get(table)
        for column, words in marks.items():
            # Columns of a profile that members hide are in no copy at all, nor is a portrait.
            if column in fields_of(model) and table != "members_profile":
                assert condition is not None, table
                assert words in condition.as_string(None), table


def test_each_row_that_belongs_to_a_post_follows_it() -> None:
    for table, model in exported_tables().items():
        for column, parent in parents_of(model):
            if column in exports.SHOWN[table] and table not in ROOMS:
                assert export_rows.BELONGINGS[table][:2] == (column, parent), table
    assert set(export_rows.BELONGINGS) | set(export_rows.CONDITIONS) <= set(exports.SHOWN)


@pytest.mark.parametrize("table", ROOMS)
def test_export_leaves_out_posts_hidden_or_for_one_company(
    park: Tenant, do: Do, table: str
) -> None:
    make, column = ROOMS[table]
    with schema.inside(park.schema_name):
        karim = User.objects.get(first_name="Karim")
        words = {"open": "canary-open", "hidden": "canary-hidden"}
        post = make(karim, at=timezone.now(), **{column: words["open"]})
        hidden = make(karim, at=timezone.now(), **{column: words["hidden"]})
        rows = type(post).objects.filter(pk=hidden.pk)
        rows.update(hidden_at=timezone.now())
        if "audience" in fields_of(type(post)):
            words["company"] = "canary-company"
            own = make(
                karim, at=timezone.now(), audience=Audience.COMPANY, **{column: words["company"]}
            )
            assert own.company_id
    content = b"".join(copy_of(park, do).values())
    assert {what for what, word in words.items() if word.encode() in content} == {"open"}


def test_export_has_pictures_of_visible_posts_only(park: Tenant, do: Do) -> None:
    with schema.inside(park.schema_name):
        karim = User.objects.get(first_name="Karim")
        now = timezone.now()
        own = make_classified(karim, at=now, audience=Audience.COMPANY)
        board = make_classified(karim, at=now)
        pictures: dict[str, Any] = {
            "board": make_picture(karim, board),
            "hidden": make_picture(karim, board, state=Picture.State.HIDDEN, position=1),
            "company": make_picture(karim, own),
            "draft": make_picture(karim),
            "message": MessagePicture.objects.create(
                uploader=karim,
                name=f"{park.schema_name}/conversations/private",
                uploaded_at=now,
                state=Picture.State.READY,
            ),
        }
        for what, picture in pictures.items():
            default_storage.save(f"{picture.name}-480.webp", ContentFile(f"file-{what}".encode()))
    content = b"".join(copy_of(park, do).values())
    assert {what for what in pictures if f"file-{what}".encode() in content} == {"board"}


def test_export_keeps_dates_of_visible_rides_only(park: Tenant, do: Do) -> None:
    with schema.inside(park.schema_name):
        karim = User.objects.get(first_name="Karim")
        dates = make_ride(karim, at=timezone.now()).departures.count()
        make_ride(karim, at=timezone.now(), audience=Audience.COMPANY)
    lines = copy_of(park, do)["tables/rides_departure.jsonl"].decode().splitlines()
    assert len(lines) == dates
