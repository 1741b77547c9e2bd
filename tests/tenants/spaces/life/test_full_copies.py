"""A full copy moves a space between two installations, and a wrong file changes nothing."""

import json
import os
import secrets
import signal
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError
from psycopg import sql
from pytest_django import Settings

from infra.local import processes, testing
from infra.local.processes import ROOT
from infra.local.servers import postgres_account, template
from infra.local.servers.postgres import SUPERUSER, Cluster, programs
from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.errors import Refused
from tenants.spaces import archives, sealing
from tenants.spaces.copies import left_behind
from tenants.spaces.database import copying
from tenants.spaces.models import Change, Domain, Tenant
from tests.fixtures.people import AT
from tests.fixtures.programs import run_program
from tests.saas.commands.test_space_command import run
from tests.tenants.spaces.life.conftest import again

NUMBERS = {"company_id": "spaces_company", "site_id": "spaces_site"}


class Elsewhere(NamedTuple):
    """Another installation: its cluster, and the environment of its commands."""

    admin: str
    env: dict[str, str]

    def space(self, *words: str) -> Any:
        """Run `troovon space` there and return its answer."""
        done = run_program([sys.executable, "manage.py", "space", *words, "--json"], env=self.env)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Elsewhere]:
    """Start a second installation with a cluster, a key and a folder of its own."""
    folder = Path(testing.described()["folder"]) / "elsewhere"
    folder.mkdir()
    folder.chmod(0o711)
    cluster = Cluster(
        data=folder / "pgdata",
        programs=programs(postgres_account.of(ROOT / ".troovon")),
        log=folder / "log",
        account=postgres_account.account(),
        settings=template.SETTINGS,
        stop_signal=signal.SIGQUIT,
    )
    passwords = template.fill(cluster)
    cluster.begin()
    cluster.wait()
    logins = template.logins(cluster.port, passwords, template.NAME)
    env = os.environ | logins
    env |= {"SECRET_KEY": secrets.token_hex(32), "TROOVON_PROCESS": "manage"}
    env |= {"DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "infra.settings"}
    (folder / "static").mkdir()
    try:
        yield Elsewhere(cluster.url(SUPERUSER, passwords["superuser"], template.NAME), env)
    finally:
        processes.stop([cluster.child] if cluster.child else [])


def rows_of(url: str, slug: str) -> dict[str, list[str]]:
    """Return every row of every copied table, with ids of public replaced by names."""
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT id, schema_name FROM spaces_tenant WHERE slug = %s", [slug])
        found = cursor.fetchone()
        assert found
        known: dict[str, dict[Any, str]] = {}
        for column, table in NUMBERS.items():
            listed = sql.SQL("SELECT id, name FROM {} WHERE tenant_id = %s")
            cursor.execute(listed.format(sql.Identifier(table)), [found[0]])
            known[column] = dict(cursor.fetchall())
        return {
            table: sorted(_lines(cursor, found[1], table, columns, known))
            for table, columns in copying.columns_of(cursor, found[1]).items()
            if table not in {*copying.NOT_COPIED, *left_behind.TABLES}
        }


def _lines(
    cursor: Any, name: str, table: str, columns: list[str], known: dict[str, dict[Any, str]]
) -> Iterator[str]:
    changed = {*left_behind.COLUMNS.get(table, {}), left_behind.MAILED}
    left = [column for column in columns if column not in changed]
    listed = sql.SQL(", ").join(map(sql.Identifier, left))
    cursor.execute(sql.SQL("SELECT {} FROM {}").format(listed, sql.Identifier(name, table)))
    for row in cursor.fetchall():
        pairs = zip(left, row, strict=True)
        yield repr(
            [
                known[column].get(value, value)
                if column in known
                else str(value).replace(f"{name}/", "@/")
                for column, value in pairs
            ]
        )


def own_database() -> str:
    """Return the superuser's URL of this test's database."""
    return str(testing.described()["admin"]).replace("/postgres", f"/{testing.database()}")


def contents(path: Path) -> dict[str, Any]:
    """Return the manifest of a plain copy."""
    with zipfile.ZipFile(path) as archive:
        return dict(json.loads(archive.read(archives.MANIFEST)))


def test_space_moves_between_two_installations(
    space: Tenant, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    Change.objects.using("owner").create(
        tenant_id=space.pk, what="name", before="Moulin", after="Moulins", by="Agathe", at=AT
    )
    Domain.objects.using("owner").create(
        tenant_id=space.pk, domain="espace.moulins.example", kind="custom", is_primary=False
    )
    key, path = elsewhere.space("key")["key"], tmp_path / "moulins.copy"
    written = run("export", "moulins", str(path), "--to", key)
    assert written["files"] == 2
    assert any("mots de passe" in sentence for sentence in written["left_behind"])
    assert path.stat().st_mode & 0o077 == 0
    moved = elsewhere.space("import", str(path), "--slug", "moulins-deux")
    assert moved["rows"] == written["rows"]
    before, after = rows_of(own_database(), "moulins"), rows_of(elsewhere.admin, "moulins-deux")
    assert before == after
    assert len(after["classifieds_classified"]) == 2
    back = tmp_path / "back.copy"
    elsewhere.space("export", "moulins-deux", str(back))
    plain = tmp_path / "plain.copy"
    run("export", "moulins", str(plain))
    first, second = contents(plain), contents(back)
    assert described(first) == described(second)
    assert hashes(first) == hashes(second)
    assert second["copy"]["changes"][0]["after"] == "Moulins"
    assert moved["domains_left_out"] == first["space"]["email_domains"]


def described(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return the description of a space without ids, subdomain and proven domains."""
    space = dict(manifest["space"])
    for key in ("schema_name", "slug", "email_domains", "company_domains"):
        del space[key]
    for rows in (space["companies"], space["sites"]):
        for row in rows:
            del row["number"]
    return space


def hashes(manifest: dict[str, Any]) -> set[tuple[str, str]]:
    """Return the name and the hash of each stored file."""
    return {(file["name"], file["sha256"]) for file in manifest["files"]}


def test_own_host_waits_for_proof_after_import(
    space: Tenant, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    Domain.objects.using("owner").create(
        tenant_id=space.pk, domain="trois.moulins.example", kind="custom", is_primary=False
    )
    path = tmp_path / "moulins.copy"
    run("export", "moulins", str(path))
    elsewhere.space("import", str(path), "--slug", "moulins-trois")
    with psycopg.connect(elsewhere.admin) as connection:
        listed = connection.execute(
            "SELECT c.domain, c.state FROM spaces_domainclaim c"
            " JOIN spaces_tenant t ON t.id = c.tenant_id WHERE t.slug = 'moulins-trois'"
        ).fetchall()
        assert listed == [("trois.moulins.example", "waiting")]
        name = connection.execute(
            "SELECT schema_name FROM spaces_tenant WHERE slug = 'moulins-trois'"
        ).fetchone()
        assert name
        users = sql.SQL("SELECT count(*) FROM {} WHERE password NOT LIKE '!%'")
        query = users.format(sql.Identifier(name[0], "accounts_user"))
        assert connection.execute(query).fetchone() == (0,)


def test_copy_comes_back_here_under_another_slug(space: Tenant, tmp_path: Path) -> None:
    path = tmp_path / "moulins.copy"
    run("export", "moulins", str(path), "--to", sealing.own_key())
    moved = run("import", str(path), "--slug", "moulins-bis")
    assert moved["slug"] == "moulins-bis"
    with pytest.raises(CommandError, match="prise"):
        run("import", str(path))
    with schema.inside(Tenant.objects.get(slug="moulins-bis").schema_name):
        assert not any(user.has_usable_password() for user in User.objects.all())


def test_administrators_read_that_a_copy_was_taken(
    space: Tenant, tmp_path: Path, mailoutbox: list[Any]
) -> None:
    run("export", "moulins", str(tmp_path / "moulins.copy"), "--reason", "Fin du contrat")
    assert any("copie complète" in mail.body for mail in mailoutbox)
    assert run("works", "moulins")[0]["reason"] == "Fin du contrat"
    assert again(space).state == Tenant.State.ACTIVE


def altered(change: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    """Return a function that changes the manifest of a plain copy."""

    def write(path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        manifest = json.loads(members.pop(archives.MANIFEST))
        change(manifest)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
            archive.writestr(archives.MANIFEST, json.dumps(manifest))

    return write


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda path: path.write_bytes(b""), "n’est pas une archive lisible"),
        (lambda path: path.write_bytes(path.read_bytes()[:-900]), "il en manque une partie"),
        (lambda path: path.write_bytes(b"%PDF-1.7 " * 99), "n’est pas une archive lisible"),
        (altered(lambda manifest: manifest["copy"].update(version=2)), "plus récent"),
        (altered(lambda manifest: manifest.update(format="troovon-space-999")), "plus récent"),
        (altered(lambda manifest: manifest.update(format="troovon-space-3")), "plus ancien"),
        (altered(lambda manifest: manifest.update(format="other")), "illisible"),
        (altered(lambda manifest: manifest["migrations"].pop()), "autre version"),
        (altered(lambda manifest: manifest["copy"]["hosts"].append("../x")), "illisible"),
        (altered(lambda manifest: manifest["tables"][3].update(sha256="00" * 32)), "abîmé"),
    ],
)
def test_wrong_file_is_named_and_leaves_nothing(
    space: Tenant, tmp_path: Path, damage: Callable[[Path], object], sentence: str
) -> None:
    path = tmp_path / "moulins.copy"
    run("export", "moulins", str(path))
    damage(path)
    spaces = Tenant.objects.count()
    with pytest.raises(CommandError, match=sentence):
        run("import", str(path), "--slug", "ailleurs")
    assert Tenant.objects.count() == spaces


def test_copy_for_another_installation_does_not_open_here(
    space: Tenant, tmp_path: Path, settings: Settings
) -> None:
    path = tmp_path / "moulins.copy"
    run("export", "moulins", str(path), "--to", sealing.own_key())
    settings.SECRET_KEY = "y" * 60
    with pytest.raises(CommandError, match="préparée pour une autre installation"):
        run("import", str(path), "--slug", "ailleurs")


def test_key_with_a_typing_error_is_refused(space: Tenant, tmp_path: Path) -> None:
    key = sealing.own_key()
    wrong = key[:-3] + ("AAA" if not key.endswith("AAA") else "BBB")
    for text in (wrong, key[:-1], "troovon-key-", "é"):
        with pytest.raises(Refused, match="troovon space key"):
            sealing.recipient_of(text)
    with pytest.raises(CommandError, match="troovon space key"):
        run("export", "moulins", str(tmp_path / "x.copy"), "--to", wrong)
    assert not (tmp_path / "x.copy").exists()


def test_table_or_column_with_a_secret_is_left_behind() -> None:
    columns = {
        (model._meta.db_table, str(field.column))
        for config in apps.get_app_configs()
        if config.name in settings.TENANT_APPS
        for model in config.get_models()
        for field in model._meta.local_concrete_fields
    }
    tables = {table for table, _column in columns}
    assert tables >= left_behind.TABLES
    for table, blanked in left_behind.COLUMNS.items():
        assert {(table, column) for column in blanked} <= columns
    words = ("secret", "token", "password", "nonce", "recovery", "claim_hash")
    copied = {
        f"{table}.{column}"
        for table, column in columns
        if any(word in column for word in words)
        and table not in {*left_behind.TABLES, *copying.NOT_COPIED}
        and column not in left_behind.COLUMNS.get(table, {})
    }
    assert copied == {"accounts_user.password_by_link"}
