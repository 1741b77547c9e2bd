"""The restoring of a space from its archive: here or elsewhere, whole or not at all.

The file is not trusted: everything is checked before it reaches the database.
"""

import datetime as dt
import hashlib
import json
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import Error, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from saas.kernel.errors import Refused
from tenants.spaces import archives, hosts, provisioning, sealing
from tenants.spaces.copies import arriving, manifests
from tenants.spaces.database import birth, copying
from tenants.spaces.database.cells import directory
from tenants.spaces.models import Company, Domain, EmailDomain, Site, Tenant
from tenants.spaces.queries import life as queries

OWNER = archives.OWNER
MOST_MANIFEST_BYTES = 64 << 20
MOST_BYTES = 64 << 30
# Rows of a board shrink to a tenth; a larger growth means a file made to fill a disk.
MOST_GROWTH = 200
ALWAYS_ALLOWED_BYTES = 64 << 20
_CHUNK = 1 << 20
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
_PACKINGS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


# Errors of rows that the database, or a model in public, rejects.
_NOT_TAKEN = (
    *(Error, copying.CopyRefused, ValidationError),
    *(ValueError, TypeError, KeyError, AttributeError, ArithmeticError),
)


class Opened(NamedTuple):
    """A fully checked archive, unpacked in a folder of its own."""

    manifest: dict[str, Any]
    folder: Path
    is_ours: bool

    @property
    def space(self) -> dict[str, Any]:
        """The space's row in public."""
        return dict(self.manifest["space"])


class Restored(NamedTuple):
    """A restored space, and the parts left out."""

    tenant: Tenant
    rows: int
    files: int
    domains_left_out: list[str]

    def as_json(self) -> dict[str, Any]:
        """Return the result that the operation stores."""
        return {
            "space_id": self.tenant.pk,
            "slug": self.tenant.slug,
            "rows": self.rows,
            "files": self.files,
            "domains_left_out": self.domains_left_out,
        }


type Note = Callable[[Restored], None]


def restore(
    *,
    path: Path,
    slug: str,
    report: archives.Report,
    at: dt.datetime,
    note: Note = lambda _done: None,
    foreign: bool = False,
) -> Restored:
    """Build a new space from an archive, on a free subdomain.

    `note` receives the result in the same transaction. Raises Refused if the file is damaged, has
    other migrations, or was not sealed by this installation; everything is rolled back. `foreign`
    accepts an unsealed file, on the user's responsibility, and trusts no address in it.
    """
    with tempfile.TemporaryDirectory(prefix="troovon-restore-") as place:
        report("check")
        opened = unpack(path, Path(place), foreign=foreign)
        return _rebuild(opened, slug=slug, report=report, note=note, at=at)


def slug_in(path: Path) -> str:
    """Return the subdomain that the space of a file had. Raises Refused for any other file."""
    with tempfile.TemporaryDirectory(prefix="troovon-restore-") as place:
        plain = _unsealed(path, Path(place), foreign=True)
        try:
            with zipfile.ZipFile(plain) as archive:
                manifest = _manifest_of(archive, plain.stat().st_size)
        except _UNREADABLE as error:
            raise Refused(_unreadable()) from error
    return str(manifest["space"]["slug"])


def schema_in(path: Path) -> str:
    """Return the schema that an archive was made of; an empty text if it is not sealed."""
    if not sealing.is_sealed(path):
        return ""
    with tempfile.TemporaryDirectory(prefix="troovon-restore-") as place:
        plain = _unsealed(path, Path(place), foreign=False)
        with zipfile.ZipFile(plain) as archive:
            manifest = _manifest_of(archive, plain.stat().st_size)
    return str(manifest["space"]["schema_name"])


def unpack(path: Path, folder: Path, *, foreign: bool) -> Opened:
    """Check an archive part by part and unpack it under names of ours. Raises Refused."""
    plain = _unsealed(path, folder, foreign=foreign)
    try:
        with zipfile.ZipFile(plain) as archive:
            manifest = _manifest_of(archive, plain.stat().st_size)
            for number, part in enumerate(_parts(manifest)):
                _extract(archive, part, folder / _place(number, part))
    except _UNREADABLE as error:
        raise Refused(_unreadable()) from error
    (folder / copying.SHEET).write_text(json.dumps(_sheet_of(manifest)))
    return Opened(manifest, folder, is_ours=not foreign and "copy" not in manifest)


def _unsealed(path: Path, folder: Path, *, foreign: bool) -> Path:
    """Return an archive as a zip, unsealed into a folder where it is sealed."""
    if sealing.is_sealed(path) and (foreign or not sealing.is_sent(path)):
        goal = folder / "space.zip"
        sealing.unseal(path, goal)
        return goal
    if not foreign:
        raise Refused(
            _(
                "Cette archive n’est pas scellée\u00a0: elle n’a pas été faite ici. Tout ce qu’elle"
                " dit serait cru, rôles compris\u00a0: qui tient la machine la restaure par"
                " troovon space restore --foreign, s’il répond d’elle."
            )
        )
    return path


def _unreadable() -> str:
    return _("Ce fichier n’est pas une archive lisible, ou il en manque une partie.")


def _parts(manifest: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from manifest["tables"]
    yield from manifest["files"]


def _place(number: int, part: dict[str, Any]) -> str:
    is_table = "columns" in part
    return f"{part['name']}.copy" if is_table else f"file-{number}"


def _sheet_of(manifest: dict[str, Any]) -> dict[str, Any]:
    compared = ("name", "columns", "rows", "sha256")
    tables = [{key: table[key] for key in compared} for table in manifest["tables"]]
    names = {"sequences": manifest["sequences"], "migrations": manifest["migrations"]}
    return {"tables": tables, **names}


def _manifest_of(archive: zipfile.ZipFile, packed_bytes: int) -> dict[str, Any]:
    names = archive.namelist()
    if any(entry.compress_type not in _PACKINGS for entry in archive.infolist()):
        raise Refused(_unreadable())
    if archives.MANIFEST not in names:
        raise Refused(_("Ce fichier n’est pas l’archive d’un espace Troovon."))
    with archive.open(archives.MANIFEST) as file:
        text = file.read(MOST_MANIFEST_BYTES + 1)
    try:
        manifests.check(len(text) <= MOST_MANIFEST_BYTES)
        manifest = json.loads(text)
        manifests.check_form(manifest)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused(_("Le sommaire de cette archive est illisible.")) from error
    members = [part["member"] for part in _parts(manifest)]
    if sorted(names) != sorted([archives.MANIFEST, *members]):
        raise Refused(_("Cette archive ne contient pas exactement ce qu’annonce son sommaire."))
    _check_size(sum(part["bytes"] for part in _parts(manifest)), packed_bytes)
    return dict(manifest)


def _check_size(unpacked: int, packed: int) -> None:
    if unpacked > MOST_BYTES or unpacked > max(ALWAYS_ALLOWED_BYTES, packed * MOST_GROWTH):
        raise Refused(_("Cette archive grossirait trop en s’ouvrant\u00a0: elle est refusée."))


def _extract(archive: zipfile.ZipFile, part: dict[str, Any], goal: Path) -> None:
    """Write a part to a given path, at most its declared size, and compare its hash."""
    left, digest = part["bytes"], hashlib.sha256()
    with archive.open(part["member"]) as source, goal.open("wb") as file:
        while chunk := source.read(min(_CHUNK, left + 1)):
            left -= len(chunk)
            if left < 0:
                break
            digest.update(chunk)
            file.write(chunk)
    if left != 0 or digest.hexdigest() != part["sha256"]:
        raise Refused(
            _("Un morceau de cette archive est abîmé\u00a0: %(name)s. Rien n’a été restauré.")
            % {"name": part["name"]}
        )


def _rebuild(
    opened: Opened, *, slug: str, report: archives.Report, note: Note, at: dt.datetime
) -> Restored:
    name, copy = provisioning.new_schema_name(), opened.manifest.get("copy")
    cell = directory.emptiest()
    there = directory.alias_in(cell, OWNER)
    try:
        # A cell commits first: without its rows at home the schema is an orphan, which is dropped.
        with transaction.atomic(using=OWNER), transaction.atomic(using=there):
            report("rows")
            tenant, left_out = _register(opened, name, slug=slug, at=at, cell=cell)
            _fill(opened, tenant, there)
            if copy is not None:
                arriving.apply(copy, tenant=tenant, at=at)
            report("files")
            files = _store(opened, name)
            rows = sum(table["rows"] for table in opened.manifest["tables"])
            done = Restored(tenant, rows, files, left_out)
            note(done)
            hosts.forget()
    except BaseException as error:
        archives.remove_under(name)
        if isinstance(error, _NOT_TAKEN):
            raise Refused(_sentence_of(error)) from error
        raise
    return done


def _sentence_of(error: BaseException) -> str:
    if isinstance(error, copying.CopyRefused):
        return _(
            "Cette archive vient d’une autre version de Troovon\u00a0:"
            " restaurez-la là où elle a été faite, mettez à jour, puis archivez de nouveau."
        )
    return _("La base de données a refusé le contenu de cette archive. Rien n’a été restauré.")


def _register(
    opened: Opened, name: str, *, slug: str, at: dt.datetime, cell: str
) -> tuple[Tenant, list[str]]:
    space, there = opened.space, directory.alias_in(cell, OWNER)
    birth.hold_blueprint(exclusive=False)
    own = space["schema_name"] if opened.is_ours else ""
    if slug in queries.slugs_in_use(but_of=own):
        raise Refused(_("Cette adresse vient d’être prise."), field="slug")
    grave = _free_tombstone(slug, own)
    birth.make_role(name, there)
    birth.make_schema(name, provisioning.current_script(), there)
    left_out = _domains_left_out(opened)
    tenant = provisioning.register(
        schema_name=name,
        slug=slug,
        kind=space["kind"],
        accent=space["accent"],
        language=space["language"],
        description={
            "name": space["name"],
            "companies": [_without_number(company) for company in space["companies"]],
            "sites": [_without_number(site) for site in space["sites"]],
            "email_domains": [d for d in space["email_domains"] if d not in left_out],
            "company_domains": space.get("company_domains", {}),
        },
        at=at,
        cell=cell,
    )
    carried = {name: space[name] for name in ("time_zone", "modules_off")}
    carried["factor_from"] = archives.factor_from_of(space)
    carried["launches_on"] = archives.launch_day_of(space)
    Tenant.objects.using(OWNER).filter(pk=tenant.pk).update(**carried)
    if grave is not None:  # links to where it once was lead on again
        left = Domain.objects.using(OWNER).filter(tenant_id=grave.pk)
        left.update(tenant=tenant, kind=Domain.Kind.FORMER, is_primary=False)
    return tenant, left_out


def _domains_left_out(opened: Opened) -> list[str]:
    """Return the e-mail domains that are an open space's, or that were proven elsewhere only."""
    listed = opened.space["email_domains"]
    if not opened.is_ours:
        return sorted(listed)
    used = EmailDomain.objects.using(OWNER).filter(
        domain__in=listed, tenant__state=Tenant.State.ACTIVE
    )
    return sorted(used.values_list("domain", flat=True).distinct())


def _without_number(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != "number"}


def _free_tombstone(slug: str, schema_name: str) -> Tenant | None:
    """Let a deleted space come back under a web address that was kept for it alone."""
    host = hosts.subdomain(slug)
    graves = Tenant.objects.using(OWNER).filter(schema_name=schema_name, state=Tenant.State.DELETED)
    grave = graves.filter(Q(slug=slug) | Q(domains__domain=host)).first()
    if grave is not None:
        Domain.objects.using(OWNER).filter(tenant_id=grave.pk, domain=host).delete()
        Tenant.objects.using(OWNER).filter(pk=grave.pk).update(slug=f"parti-{grave.pk}")
    return grave


def _fill(opened: Opened, tenant: Tenant, there: str) -> None:
    name = tenant.schema_name
    copying.load(name, opened.folder, there)
    copying.rename_files(name, was=opened.space["schema_name"], alias=there)
    for column, model, rows in (
        ("company_id", Company, opened.space["companies"]),
        ("site_id", Site, opened.space["sites"]),
    ):
        new = model.objects.using(OWNER).filter(tenant_id=tenant.pk)
        by_name = dict(new.values_list("name", "pk"))
        numbers = {int(row["number"]): by_name[row["name"]] for row in rows}
        copying.renumber(name, column, numbers=numbers, alias=there)


def _store(opened: Opened, name: str) -> int:
    """Keep the files under the new space's folder, which nothing else has; return how many."""
    stored = 0
    for number, part in enumerate(_parts(opened.manifest)):
        if "columns" in part:
            continue
        with (opened.folder / _place(number, part)).open("rb") as file:
            default_storage.save(f"{name}/{part['name']}", File(file))
        stored += 1
    return stored


def fetched(name: str, folder: Path) -> Path:
    """Copy a stored archive to a folder, to be read from any place in it."""
    path = folder / "space.zip"
    with default_storage.open(name) as source, path.open("wb") as goal:
        shutil.copyfileobj(source, goal, _CHUNK)
    return path
