"""Damaged, foreign and oversized archives are not restored, and leave nothing behind."""

import datetime as dt
import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connections
from pytest_django import DjangoDbBlocker

from infra.local import testing
from saas.kernel.errors import Refused
from tenants.spaces import archives, restoring, sealing
from tenants.spaces.actions import life as actions
from tenants.spaces.models import Archive, Domain, EmailDomain, Tenant
from tenants.spaces.tasks import life as tasks
from tests.fixtures.parks import Park, lent
from tests.fixtures.people import AT
from tests.tenants.spaces.life.conftest import BY

type Damage = Callable[[dict[str, Any], dict[str, bytes]], object]

USERS = "tables/accounts_user.copy"


def point_nowhere(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    """Empty the table of classifieds under a picture that refers to it, with valid hashes."""
    table = next(t for t in manifest["tables"] if t["name"] == "classifieds_classified")
    table |= {"rows": 0, "bytes": 0, "sha256": hashlib.sha256(b"").hexdigest()}
    members["tables/classifieds_classified.copy"] = b""


def says(value: Any, *path: str | int) -> Damage:
    """Return a function that sets a value at a path of the manifest."""

    def damage(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
        place: Any = manifest
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return damage


def swell(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    members["files/0"] = bytes(restoring.ALWAYS_ALLOWED_BYTES + 1)
    manifest["files"][0]["bytes"] = len(members["files/0"])


def unsealed(path: Path) -> None:
    """Write an archive as it is below its seal."""
    sealing.unseal(path, path.with_suffix(".plain"))
    path.with_suffix(".plain").replace(path)


def damaged(path: Path, damage: Damage) -> None:
    """Write an archive again, not sealed and with something wrong in it."""
    unsealed(path)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(members.pop(archives.MANIFEST))
    damage(manifest, members)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        if manifest:
            archive.writestr(archives.MANIFEST, json.dumps(manifest))


@pytest.fixture(scope="module")
def archive(
    stored_park: Park, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> bytes:
    """The archive that all tests here damage, made once."""
    with django_db_blocker.unblock(), lent(stored_park) as tenant:
        act_values: dict[str, Any] = {"closes": False, "reason": "Copie", "by": BY, "at": AT}
        tasks.carry_out(actions.archive(tenant_id=tenant.pk, **act_values).pk)
        made = Archive.objects.get(tenant=tenant).name
        return restoring.fetched(made, tmp_path_factory.mktemp("archive")).read_bytes()


@pytest.fixture
def fetched(archive: bytes, tmp_path: Path) -> Path:
    """Write the archive to a file on disk and return its path."""
    path = tmp_path / "space.zip"
    path.write_bytes(archive)
    return path


@pytest.fixture
def untouched(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database that all tests share; it is replaced where a try has left something in it."""
    with django_db_blocker.unblock():
        before = remains(), Tenant.objects.count()
        yield
        after = remains(), Tenant.objects.count()
        connections.close_all()
    if after != before:
        testing.fresh_database()


def remains() -> tuple[int, int, list[str]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 't\\_%'")
        schemas = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM pg_roles WHERE rolname LIKE 't\\_%'")
        roles = cursor.fetchone()[0]
    folders = default_storage.listdir("")[0]
    return schemas, roles, [folder for folder in folders if folder.startswith("t_")]


def from_file(path: Path, at: dt.datetime, **how: Any) -> restoring.Restored:
    return restoring.restore(path=path, slug="ailleurs", report=lambda _step: None, at=at, **how)


def refusal_of(path: Path, at: dt.datetime) -> str:
    before = remains()
    with pytest.raises(Refused) as refusal:
        from_file(path, at, foreign=True)
    assert remains() == before
    assert not Tenant.objects.filter(slug="ailleurs").exists()
    return refusal.value.sentence


@pytest.mark.parametrize(
    "damage",
    [
        *(point_nowhere, swell),
        pytest.param(lambda manifest, _members: manifest.clear(), id="no manifest"),
        pytest.param(lambda _manifest, members: members.pop("files/0"), id="a file less"),
        pytest.param(lambda _manifest, members: members.update({"files/../../x": b"x"}), id="more"),
        pytest.param(
            lambda _manifest, members: members.update({USERS: members[USERS].swapcase()}),
            id="other bytes",
        ),
        pytest.param(says("somebody-else-1", "format"), id="from elsewhere"),
        pytest.param(says(["members.0099_future"], "migrations"), id="from the future"),
        pytest.param(says("../south/classifieds/x.webp", "files", 0, "name"), id="climbing"),
        pytest.param(says("../../etc/x", "tables", 0, "name"), id="an odd table"),
        pytest.param(says(3, "files", 0, "bytes"), id="a wrong size"),
        pytest.param(says("Infinity", "space", "sites", 0, "latitude"), id="far away"),
        pytest.param(says("red}body{display:none", "space", "accent"), id="a style"),
        pytest.param(says("xx", "space", "language"), id="an unknown language"),
        pytest.param(says("../../etc/passwd", "space", "time_zone"), id="an unknown time zone"),
        pytest.param(says(["x"], "space", "companies"), id="no companies"),
        pytest.param(says(["*"], "space", "email_domains"), id="all mail domains"),
    ],
)
def test_damaged_or_foreign_archive_is_refused_and_leaves_nothing(
    untouched: None, fetched: Path, damage: Damage
) -> None:
    damaged(fetched, damage)
    assert refusal_of(fetched, AT)


@pytest.mark.parametrize("before", [archives.OLDER_FORMATS[0], archives.OLDER_FORMATS[-1]])
def test_old_archive_says_what_to_do(untouched: None, fetched: Path, before: str) -> None:
    damaged(fetched, says(before, "format"))
    assert "un Troovon plus ancien" in refusal_of(fetched, AT)
    path = fetched.with_name("sealed.zip")
    sealing.seal(fetched, path)
    with pytest.raises(Refused, match="un Troovon plus ancien"):
        restoring.schema_in(path)
    with pytest.raises(Refused, match="un Troovon plus ancien") as refusal:
        from_file(path, AT)
    assert "Restaurez-la avec le Troovon qui l’a faite" in refusal.value.sentence
    assert not Tenant.objects.filter(slug="ailleurs").exists()


def test_archive_sealed_elsewhere_is_restored_only_as_foreign(space: Tenant, fetched: Path) -> None:
    assert restoring.schema_in(fetched) == space.schema_name
    damaged(fetched, says("Les Moulins volés", "space", "name"))
    assert restoring.schema_in(fetched) == ""
    with pytest.raises(Refused, match="pas été faite ici"):
        from_file(fetched, AT)
    done = from_file(fetched, AT, foreign=True)
    assert done.tenant.name == "Les Moulins volés"


def test_our_archive_is_known_under_new_key(untouched: None, fetched: Path, settings: Any) -> None:
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another one"
    assert restoring.schema_in(fetched)
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(Refused, match="autre installation"):
        from_file(fetched, AT)


def test_foreign_archive_brings_no_domain_takes_no_address(space: Tenant, fetched: Path) -> None:
    Domain.objects.using("owner").filter(tenant_id=space.pk).update(is_primary=False)
    Tenant.objects.using("owner").filter(pk=space.pk).update(slug="ailleurs", state="deleted")
    damaged(fetched, says(["acme.example"], "space", "email_domains"))
    with pytest.raises(Refused, match="prise"):
        from_file(fetched, AT, foreign=True)
    Tenant.objects.using("owner").filter(pk=space.pk).update(slug="moulins")
    done = from_file(fetched, AT, foreign=True)
    assert done.domains_left_out == ["acme.example"]
    assert not EmailDomain.objects.filter(tenant=done.tenant).exists()


def test_half_a_file_is_refused(untouched: None, fetched: Path) -> None:
    content = fetched.read_bytes()
    fetched.write_bytes(content[: len(content) // 2])
    assert "abîmée, incomplète" in refusal_of(fetched, AT)
    fetched.write_bytes(b"GIF89a")
    assert "lisible" in refusal_of(fetched, AT)


def test_part_whose_bytes_were_changed_on_disk_is_refused(untouched: None, fetched: Path) -> None:
    unsealed(fetched)
    content = bytearray(fetched.read_bytes())
    with zipfile.ZipFile(fetched) as archive:
        entry = archive.getinfo("files/0")
    content[entry.header_offset + 60] ^= 0xFF
    fetched.write_bytes(bytes(content))
    assert refusal_of(fetched, AT)


def test_a_full_storage_leaves_nothing_half_restored(
    untouched: None, fetched: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved: list[str] = []
    save = default_storage.save

    def fill_up(name: str, content: Any) -> str:
        if saved:
            raise OSError(28, "No space left on device")
        saved.append(save(name, content))
        return saved[0]

    monkeypatch.setattr(default_storage, "save", fill_up)
    before = remains()[:2]
    with pytest.raises(OSError, match="No space"):
        restoring.restore(path=fetched, slug="ailleurs", report=lambda _step: None, at=AT)
    assert remains()[:2] == before
    assert not default_storage.exists(saved[0])
