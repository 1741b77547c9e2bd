"""A space is deleted for good, or not at all: only records that the law requires are left."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connections
from psycopg import sql

from saas.kernel import schema
from saas.kernel.errors import Refused
from saas.kernel.tasks import send
from tenants.community.classifieds import tasks as classifieds
from tenants.spaces import archives
from tenants.spaces.actions import life as actions
from tenants.spaces.database import role_access
from tenants.spaces.models import (
    Archive,
    Change,
    Company,
    Domain,
    DomainClaim,
    EmailDomain,
    EmailDomainClaim,
    Enquiry,
    Founding,
    SharedItem,
    SpaceOperation,
    Tenant,
    Treaty,
)
from tenants.spaces.queries import life as queries
from tenants.spaces.tasks import life as tasks
from tests.factories.billing import make_campaign, make_council, make_shop
from tests.fixtures.parks import CANARY
from tests.fixtures.people import AT
from tests.tenants.spaces.life.conftest import BY, ActValues, Do, again, enter, on

PAPER = "public/administrators/a-letter.pdf"
DONE = {"asked_at": AT, "done_at": AT}


def deleted(
    tenant: Tenant, do: Do, act_values: ActValues, keep_until: dt.date | None = None
) -> SpaceOperation:
    if again(tenant).state == Tenant.State.ACTIVE:
        do(actions.suspend(tenant_id=tenant.pk, **act_values))
    operation = actions.delete(
        tenant_id=tenant.pk, confirmation=tenant.slug, keep_until=keep_until, **act_values
    )
    return do(operation)


def stored_with_the_canary(store: redis.Redis) -> list[str]:
    """The keys of a store that name the canary or hold it."""
    read: dict[Any, Callable[[bytes], Any]] = {
        b"string": store.get,
        b"list": lambda key: store.lrange(key, 0, -1),
    }

    def content(key: bytes) -> Any:
        reader = read.get(store.type(key))
        return reader(key) if reader else b""

    return [
        key.decode()
        for key in store.scan_iter()
        if CANARY.encode() in key + repr(content(key)).encode()
    ]


def canaries() -> list[str]:
    """The places of the canary: every column of every table of every schema, files, the store."""
    found = []
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n"
            " ON n.oid = c.relnamespace WHERE c.relkind = 'r'"
            " AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
        )
        for place in cursor.fetchall():
            cursor.execute(
                sql.SQL("SELECT count(*) FROM {} t WHERE t::text ILIKE %s").format(
                    sql.Identifier(*place)
                ),
                [f"%{CANARY}%"],
            )
            if cursor.fetchone()[0]:
                found.append(".".join(place))
    for folder in default_storage.listdir("")[0]:
        found += [name for name in walked(folder) if CANARY.encode() in content(name)]
    for url in (settings.VALKEY_URL, settings.CACHE_URL):
        with redis.Redis.from_url(url) as store:
            found += stored_with_the_canary(store)
    return found


def walked(folder: str) -> list[str]:
    folders, files = default_storage.listdir(folder)
    inner = [name for deeper in folders for name in walked(f"{folder}/{deeper}")]
    return [f"{folder}/{name}" for name in files] + inner


def content(name: str) -> bytes:
    return bytes(default_storage.open(name).read())


def plant(tenant: Tenant, at: dt.datetime) -> None:
    """Put the canary wherever something of a space is kept."""
    Company.objects.using("owner").filter(tenant_id=tenant.pk).update(badge=CANARY[:12])
    Tenant.objects.using("owner").filter(pk=tenant.pk).update(name=CANARY)
    Founding.objects.using("owner").filter(tenant_id=tenant.pk).update(last_name=CANARY)
    other, domain = Tenant.objects.get(slug="south"), {"domain": f"{CANARY}.example"}
    request, days = {"asked_by": CANARY, "asked_at": at}, {"created_at": at, "expires_at": at}
    claim = {"email": f"rh@{CANARY}.example", "token_hash": CANARY, "expires_at": at}
    picture = f"public/neighbours/{CANARY}"
    item = {"category": "things", "reference": "PA-XXXXXX", "kind": "sell"}
    words = {"title": CANARY, "place": CANARY, "author": CANARY, "picture": f"{picture}.webp"}
    rows: list[tuple[Any, dict[str, Any]]] = [
        (Company, {"name": CANARY, "head_count": 1}),
        (EmailDomain, {**domain, "proven_at": at}),
        (EmailDomainClaim, {**domain, **request, **claim}),
        (Change, {"what": "mail_removed", "before": CANARY, "by": CANARY, "at": at}),
        (DomainClaim, {**domain, **request}),
        (Domain, {**domain, "kind": "custom"}),
        (SharedItem, {**item, **words, **days}),
        (
            SpaceOperation,
            {"kind": "admins", "state": "done", "options": {"paper": PAPER}, **DONE},
        ),
    ]
    default_storage.save(PAPER, ContentFile(CANARY.encode()))
    for model, columns in rows:
        model.objects.using("owner").create(tenant_id=tenant.pk, **columns)
    proposal = {"message": CANARY, "proposed_by": CANARY, "proposed_at": at}
    parties = {"proposer_id": tenant.pk, "partner_id": other.pk}
    Treaty.objects.using("owner").create(**parties, **proposal)
    for number, (giver, asker) in enumerate(((tenant, other), (other, tenant))):
        Enquiry.objects.using("owner").create(
            tenant_id=giver.pk,
            asker_tenant_id=asker.pk,
            reference=f"QU-AAAAA{number}",
            thread=f"QU-AAAAA{number}",
            item_reference="PA-XXXXXX",
            text=CANARY,
            sent_at=at,
        )
    default_storage.save(f"{picture}-480.webp", ContentFile(CANARY.encode()))
    with schema.inside(tenant.schema_name):
        cache.set("home", CANARY, 600)
        send(classifieds.prepare_picture, CANARY)


def test_deletion_leaves_only_a_nameless_row(doomed: Tenant, do: Do, act_values: ActValues) -> None:
    council = make_council("south")
    type(council).objects.using("owner").filter(pk=council.pk).update(
        tenant_id=doomed.pk, name="CSE", contact_email=f"{CANARY}@cse.example"
    )
    plant(doomed, AT)
    do(actions.archive(tenant_id=doomed.pk, closes=True, **{**act_values, "reason": CANARY}))
    assert len(canaries()) > 12
    operation = deleted(doomed, do, act_values)
    assert operation.state == SpaceOperation.State.DONE, operation.failure
    assert not canaries()
    assert not role_access.standing(doomed.schema_name).schema
    assert not role_access.standing(doomed.schema_name).role
    removed = operation.result["removed"]
    assert (removed["files"], removed["archives"], removed["jobs"]) == (4, 1, 1)
    assert (removed["schemas"], removed["roles"], removed["foundings"]) == (1, 1, 1)

    grave = again(doomed)  # it stays nameless, and holds its address
    assert (grave.state, grave.name, grave.closed_because) == ("deleted", "Espace supprimé", "")
    assert doomed.slug in queries.slugs_in_use()
    assert on(doomed).get("/").status_code in {404, 410, 503}
    SpaceOperation.objects.filter(pk=operation.pk).update(state=SpaceOperation.State.RUNNING)
    assert do(operation).result == operation.result


def test_an_archive_that_was_asked_for_outlives_it_until_its_day(
    doomed: Tenant, do: Do, act_values: ActValues
) -> None:
    do(actions.archive(tenant_id=doomed.pk, closes=True, **act_values))
    day = AT.date() + dt.timedelta(days=90)
    operation = deleted(doomed, do, act_values, keep_until=day)
    archive = Archive.objects.get(tenant=doomed)
    assert default_storage.exists(archive.name)
    assert operation.result["archives_until"] == day.isoformat()
    tasks.remove_old_archives(day + dt.timedelta(days=1))
    assert not default_storage.exists(archive.name)


def test_a_paid_campaign_stands_against_a_deletion_also_when_it_is_sold_meanwhile(
    doomed: Tenant, do: Do, act_values: ActValues
) -> None:
    do(actions.suspend(tenant_id=doomed.pk, **act_values))
    operation = actions.delete(
        tenant_id=doomed.pk, confirmation=doomed.slug, keep_until=None, **act_values
    )
    campaign = make_campaign(make_shop(), {doomed.schema_name: 10_000}, at=AT)
    type(campaign).objects.filter(pk=campaign.pk).update(
        state="paid", paid_at=AT, review="approved", reviewed_at=AT
    )
    failed = do(operation)
    assert failed.state == SpaceOperation.State.FAILED
    assert campaign.reference in failed.failure
    assert role_access.standing(doomed.schema_name).whole
    with pytest.raises(Refused, match="Cazal"):
        actions.delete(tenant_id=doomed.pk, confirmation=doomed.slug, keep_until=None, **act_values)
    type(campaign).objects.filter(pk=campaign.pk).update(state="stopped", stopped_at=AT)
    done = do(actions.try_again(operation_id=operation.pk, by=BY, at=AT))
    assert done.state == SpaceOperation.State.DONE


@pytest.fixture
def half_deleted(
    doomed: Tenant, do: Do, act_values: ActValues, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SpaceOperation]:
    """A deletion that removed the files and then could not drop the schema."""

    def refuse(_name: str) -> None:
        raise DatabaseError("the disk is full")

    monkeypatch.setattr("tenants.spaces.deletion.birth.drop", refuse)
    operation = deleted(doomed, do, act_values)
    monkeypatch.undo()
    assert operation.state == SpaceOperation.State.FAILED
    yield operation
    monkeypatch.undo()


def test_half_deleted_space_is_neither_reopened_nor_archived_but_retried(
    doomed: Tenant, half_deleted: SpaceOperation, do: Do, act_values: ActValues
) -> None:
    with pytest.raises(Refused, match="a commencé"):
        actions.reopen(tenant_id=doomed.pk, **act_values)
    with pytest.raises(Refused, match="a commencé"):
        actions.archive(tenant_id=doomed.pk, closes=True, **act_values)
    earlier = SpaceOperation.objects.create(
        tenant=doomed, kind="reopen", state=SpaceOperation.State.FAILED, asked_by=BY, asked_at=AT
    )
    assert "a commencé" in do(actions.try_again(operation_id=earlier.pk, by=BY, at=AT)).failure
    done = do(actions.try_again(operation_id=half_deleted.pk, by=BY, at=AT))
    assert done.state == SpaceOperation.State.DONE, done.failure
    assert done.result["removed"]["files"] == 2  # of the first try
    assert done.result["told"]


def test_failure_on_a_closed_space_is_not_done_to_an_open_one(space: Tenant, do: Do) -> None:
    for kind in ("delete", "suspend", "archive"):
        operation = SpaceOperation.objects.create(
            tenant=space,
            kind=kind,
            state=SpaceOperation.State.FAILED,
            asked_by=BY,
            asked_at=AT,
            options={"keep_until": "", "closes": True, "whole": True, "name": archives.new_name()},
        )
        done = do(actions.try_again(operation_id=operation.pk, by=BY, at=AT))
        assert done.state == SpaceOperation.State.FAILED, kind
        assert "rien n’a été fait" in done.failure
        assert role_access.is_open(space.schema_name)
        assert enter(space) == 3


@pytest.mark.parametrize("what", ["schema", "role"])
def test_leftovers_of_a_half_built_space_are_cleaned_up(
    doomed: Tenant, do: Do, act_values: ActValues, what: str
) -> None:
    take_away(doomed.schema_name, what)
    do(actions.suspend(tenant_id=doomed.pk, **act_values))
    reopened = do(actions.reopen(tenant_id=doomed.pk, **act_values))
    assert reopened.state == SpaceOperation.State.FAILED
    assert "restaurez" in reopened.failure
    operation = deleted(doomed, do, act_values)
    assert operation.state == SpaceOperation.State.DONE, operation.failure
    assert operation.result["removed"][f"{what}s"] == 0
    assert not any(role_access.standing(doomed.schema_name))


def take_away(name: str, what: str) -> None:
    """Lose a schema, or a role as a cluster does that was restored without it."""
    place, elsewhere = sql.Identifier(name), sql.Identifier(f"{name}_lost")
    lost = sql.SQL("ALTER ROLE {} RENAME TO {}").format(place, elsewhere)
    dropped = sql.SQL("DROP SCHEMA {} CASCADE").format(place)
    with connections["owner"].cursor() as cursor:
        cursor.execute(dropped if what == "schema" else lost)
