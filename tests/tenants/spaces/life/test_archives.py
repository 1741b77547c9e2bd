"""Archives are restored row by row and byte by byte."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connections
from psycopg import sql

from infra.drills.inside import columns
from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.errors import Refused
from tenants.community.classifieds.models import Classified, Picture
from tenants.community.members.models import Profile, Role
from tenants.community.neighbourhood.models import PlacementEvent
from tenants.spaces import archives, hosts
from tenants.spaces.actions import life as actions
from tenants.spaces.database import copying, role_access
from tenants.spaces.database.fingerprint import facts
from tenants.spaces.models import (
    Archive,
    Company,
    Domain,
    EmailDomain,
    Founding,
    Site,
    SpaceOperation,
    Tenant,
)
from tests.fixtures.parks import CANARY
from tests.fixtures.people import AT, PASSWORD, make_user
from tests.tenants.spaces.life.conftest import BY, Do

NUMBERS: dict[str, Any] = {"company_id": Company, "site_id": Site}


def archived(tenant: Tenant, do: Do, at: dt.datetime, *, closes: bool = False) -> Archive:
    operation = actions.archive(tenant_id=tenant.pk, closes=closes, reason="Copie", by=BY, at=at)
    assert do(operation).state == SpaceOperation.State.DONE, operation.failure
    return Archive.objects.get(tenant=tenant)


def restored(archive: Archive, do: Do, at: dt.datetime, slug: str = "ailleurs") -> Tenant:
    operation = do(actions.restore(archive=archive, slug=slug, reason="Retour", by=BY, at=at))
    assert operation.state == SpaceOperation.State.DONE, operation.failure
    return Tenant.objects.get(slug=slug)


def rows_of(name: str) -> dict[str, list[Any]]:
    """Every row of every table, with numbers of public told by name and files by their own."""
    known = {
        column: {row.pk: row.name for row in model.objects.all()}
        for column, model in NUMBERS.items()
    }
    rows: dict[str, list[Any]] = {}
    with connections["owner"].cursor() as cursor:
        for table, columns in copying.columns_of(cursor, name).items():
            listed = sql.SQL(", ").join(map(sql.Identifier, columns))
            place = sql.Identifier(name, table)
            cursor.execute(sql.SQL("SELECT {} FROM {}").format(listed, place))
            rows[table] = sorted(
                repr(
                    [
                        known[column].get(value, value)
                        if column in known
                        else str(value).replace(f"{name}/", "@/")
                        for column, value in zip(columns, row, strict=True)
                    ]
                )
                for row in cursor.fetchall()
            )
    return rows


def files_of(name: str) -> dict[str, bytes]:
    return {
        stored.removeprefix(name): default_storage.open(stored).read()
        for stored in archives.files_under(name)
    }


def test_restored_space_equals_archived_one_and_people_live_in_it(space: Tenant, do: Do) -> None:
    archive = archived(space, do, AT)
    assert not set(copying.NOT_COPIED) & set(archive.rows)
    assert archive.rows["classifieds_classified"] == 2
    again = restored(archive, do, AT)
    name = again.schema_name
    assert name != space.schema_name
    before, after = rows_of(space.schema_name), rows_of(name)
    assert before == after
    assert len(before["classifieds_classified"]) == 2
    assert files_of(space.schema_name) == files_of(name)
    assert len(files_of(name)) == 2
    assert facts(name) == facts(space.schema_name)
    assert role_access.is_open(name)
    assert_numbers_of_public_and_names_of_files_lead_to(again)
    assert_people_live_in(again)


def assert_numbers_of_public_and_names_of_files_lead_to(again: Tenant) -> None:
    companies = set(Company.objects.filter(tenant=again).values_list("pk", flat=True))
    sites = set(Site.objects.filter(tenant=again).values_list("pk", flat=True))
    with schema.inside(again.schema_name):
        stored = Role.objects.exclude(company_id=None).values_list("company_id", flat=True)
        assert set(stored) == companies
        assert set(Profile.objects.exclude(site_id=None).values_list("site_id", flat=True)) == sites
        picture = Picture.objects.first()
        assert picture
        assert picture.name.startswith(f"{again.schema_name}/")
        assert default_storage.exists(f"{picture.name}-480.webp")


def assert_people_live_in(again: Tenant) -> None:
    with schema.inside(again.schema_name):
        claire = User.objects.get(last_name=CANARY)
        assert claire.check_password(PASSWORD)
        # Sequences continue: a new row takes no number of an old row.
        assert make_user("Neuve").pk > claire.pk


def test_a_restored_space_has_its_own_companies_and_is_one_however_often_it_is_restored(
    space: Tenant, do: Do
) -> None:
    company = Company.objects.filter(tenant=space).latest("pk")
    EmailDomain.objects.using("owner").create(
        tenant_id=space.pk, company_id=company.pk, domain="deux.example", proven_at=AT
    )
    newest = Company.objects.order_by("pk").last()
    assert newest
    gone = newest.pk + 1  # the number that the first company of the restored space will have
    with schema.inside(space.schema_name):
        user = User.objects.get(first_name="Nadia")
        Role.objects.create(user=user, role="moderator", company_id=gone, given_at=AT)
    archive = archived(space, do, AT)
    EmailDomain.objects.using("owner").filter(tenant_id=space.pk).delete()

    operation = actions.restore(archive=archive, slug="ailleurs", reason="", by=BY, at=AT)
    first = do(operation)
    SpaceOperation.objects.filter(pk=operation.pk).update(
        state=SpaceOperation.State.RUNNING, done_at=None
    )
    assert do(operation).result == first.result
    again = Tenant.objects.get(slug="ailleurs")

    own = Company.objects.filter(tenant=again).values_list("pk", flat=True)
    assert gone in own
    with schema.inside(again.schema_name):  # a number that led nowhere leads to no other
        assert Role.objects.get(role="moderator").company_id not in own
    domain = EmailDomain.objects.select_related("company").get(tenant=again, domain="deux.example")
    assert domain.company
    assert (domain.company.tenant_id, domain.company.name) == (again.pk, company.name)


KEYS_THAT_COME_BACK = {
    "members_joinrequest": "ends within hours, and lets in whom the space would let in today",
    "kiosk_screen": "opens what hangs in the hall; who manages screens unpairs it again",
}


def test_keys_are_in_no_copy_so_that_none_that_was_revoked_opens_anything_again() -> None:
    holding = {
        model._meta.db_table
        for model in columns.tables()
        if any(field.name == "token_hash" for field in model._meta.concrete_fields)
    }
    assert holding - set(copying.NOT_COPIED) == set(KEYS_THAT_COME_BACK)


def test_a_deleted_space_alone_comes_back_to_its_own_address(doomed: Tenant, do: Do) -> None:
    former = Domain.objects.create(
        domain=hosts.subdomain("anciens-moulins"), tenant=doomed, kind=Domain.Kind.FORMER, since=AT
    )
    archive = archived(doomed, do, AT)
    actions_of: dict[str, Any] = {"reason": "Fin", "by": BY, "at": AT}
    do(actions.suspend(tenant_id=doomed.pk, **actions_of))
    day = AT.date() + dt.timedelta(days=30)
    done = do(
        actions.delete(tenant_id=doomed.pk, confirmation="moulins", keep_until=day, **actions_of)
    )
    assert done.state == SpaceOperation.State.DONE, done.failure
    other = Archive(tenant=Tenant.objects.get(slug="south"), name="archives/x.zip")
    with pytest.raises(Refused):
        actions.restore(archive=other, slug="moulins", **actions_of)
    again = restored(Archive.objects.get(pk=archive.pk), do, AT, slug="moulins")
    with schema.inside(again.schema_name):
        assert Classified.objects.count() == 2
    former.refresh_from_db()
    assert (former.tenant_id, former.kind) == (again.pk, Domain.Kind.FORMER)


def test_restoration_leaves_address_that_founding_reserved_meanwhile(space: Tenant, do: Do) -> None:
    archive = archived(space, do, AT)
    operation = actions.restore(archive=archive, slug="ailleurs", reason="Retour", by=BY, at=AT)
    Founding.objects.create(
        email="rh@elsewhere.example", slug="ailleurs", created_at=AT, token_expires_at=AT
    )
    assert "vient d’être prise" in do(operation).failure
    assert not Tenant.objects.filter(slug="ailleurs").exists()


def test_space_whose_schema_is_gone_cannot_be_archived_and_says_why(space: Tenant, do: Do) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(f'DROP SCHEMA "{space.schema_name}" CASCADE')
    operation = do(actions.archive(tenant_id=space.pk, closes=False, reason="", by=BY, at=AT))
    assert operation.state == SpaceOperation.State.FAILED
    assert "n’existe plus" in operation.failure


def test_rows_can_be_loaded_over_the_ones_that_stand(space: Tenant, tmp_path: Path) -> None:
    before = rows_of(space.schema_name)
    copying.dump(space.schema_name, tmp_path)
    with schema.inside(space.schema_name):
        Classified.objects.update(description="écrasé")
        make_user("Intrus")
    copying.load(space.schema_name, tmp_path)
    assert rows_of(space.schema_name) == before


def test_tables_that_are_not_copied_stay_and_are_not_loaded_from_an_older_copy(
    space: Tenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copying.dump(space.schema_name, tmp_path)
    with schema.inside(space.schema_name):
        see(AT, "member")
    copying.load(space.schema_name, tmp_path)
    with schema.inside(space.schema_name):
        assert PlacementEvent.objects.count() == 1
        see(AT, "another")  # no number is given out twice
    with monkeypatch.context() as older:
        older.setattr(copying, "NOT_COPIED", ())
        assert copying.dump(space.schema_name, tmp_path).rows["neighbourhood_placementevent"] == 2
    with schema.inside(space.schema_name):
        PlacementEvent.objects.all().delete()
    copying.load(space.schema_name, tmp_path)
    with schema.inside(space.schema_name):
        assert not PlacementEvent.objects.exists()


def see(at: dt.datetime, member: str) -> None:
    flight = {"flight_reference": "FL-AAAAAA", "day": at.date(), "at": at}
    PlacementEvent.objects.create(**flight, kind="view", pseudonym=member)


def test_rows_of_other_migrations_are_not_loaded(space: Tenant, tmp_path: Path) -> None:
    before = rows_of(space.schema_name)
    copied = copying.dump(space.schema_name, tmp_path)
    other = copied._replace(migrations=[*copied.migrations, "members.0099_future"])
    (tmp_path / copying.SHEET).write_text(json.dumps(other.as_json()))
    with pytest.raises(copying.CopyRefused):
        copying.load(space.schema_name, tmp_path)
    assert rows_of(space.schema_name) == before
