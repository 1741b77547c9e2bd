"""A space as a single file: its rows, its stored files, and its data in public.

The file's manifest lists its contents, with the hash of each part. It is sealed: a stranger cannot
read it, and this installation can restore it.
"""

import datetime as dt
import hashlib
import json
import secrets
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from django.core.files import File
from django.core.files.storage import default_storage
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from saas.kernel.errors import Refused
from tenants.spaces import sealing
from tenants.spaces.database import blueprint, copying, role_access
from tenants.spaces.models import Archive, Site, Tenant

OWNER = "owner"
# The number rises with each change that rewrites a migration: an older archive fits no table here.
_NUMBER = 36
FORMAT = f"troovon-space-{_NUMBER}"
OLDER_FORMATS = tuple(f"troovon-space-{number}" for number in range(1, _NUMBER))
MANIFEST = "manifest.json"
FOLDER = "archives"
_CHUNK = 1 << 20
type Report = Callable[[str], None]


class StoredArchive(NamedTuple):
    """A stored archive, with the values of its row."""

    name: str
    size_bytes: int
    sha256: str
    migrations_hash: str
    rows: dict[str, int]
    files: int


def new_name() -> str:
    """Return an unguessable name for an archive."""
    return f"{FOLDER}/{secrets.token_urlsafe(24)}{Archive.SEALED}"


def make(*, tenant: Tenant, name: str, report: Report, at: dt.datetime) -> StoredArchive:
    """Store a space under `name` as a single file; a second call replaces it.

    Raises Refused if the space's schema no longer exists.
    """
    check_stands(tenant)
    with tempfile.TemporaryDirectory(prefix="troovon-archive-") as place:
        folder = Path(place)
        report("rows")
        copied = copying.dump(tenant.schema_name, folder)
        report("files")
        path = folder / "space.zip"
        manifest = pack(
            path,
            tenant=tenant,
            copied=copied,
            folder=folder,
            at=at,
            files=files_under(tenant.schema_name),
        )
        report("store")
        sealed = folder / f"space{Archive.SEALED}"
        sealing.seal(path, sealed)
        return StoredArchive(
            name=stored(sealed, name),
            size_bytes=sealed.stat().st_size,
            sha256=sha256_of(sealed),
            migrations_hash=manifest["migrations_hash"],
            rows=copied.rows,
            files=len(manifest["files"]),
        )


def check_stands(tenant: Tenant) -> None:
    """Raise Refused if the space's schema no longer exists."""
    if not role_access.standing(tenant.schema_name).schema:
        raise Refused(
            _("Le schéma de cet espace n’existe plus dans la base\u00a0: rien à archiver.")
        )


def stored(path: Path, name: str) -> str:
    """Put a file into the storage, replacing a former file; return its name."""
    default_storage.delete(name)
    with path.open("rb") as file:
        return default_storage.save(name, File(file))


def moved(path: Path, goal: Path) -> None:
    """Move a finished file to its place, readable by its owner only."""
    path.chmod(0o600)
    shutil.move(path, goal)


def pack(
    path: Path,
    *,
    tenant: Tenant,
    copied: copying.Copied,
    folder: Path,
    at: dt.datetime,
    files: Iterable[str],
    more: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Write rows, stored files and the manifest to a zip; return the manifest."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        tables = []
        for table in copied.tables:
            rows = copying.file_of(folder, table.name)
            member = f"tables/{table.name}.copy"
            archive.write(rows, member)
            size = rows.stat().st_size
            tables.append({**table._asdict(), "member": member, "bytes": size})
            rows.unlink()
        manifest = {
            "format": FORMAT,
            "made_at": at.isoformat(),
            "migrations_hash": tenant.schema_hash or blueprint.migrations_hash(),
            "space": described(tenant),
            "tables": tables,
            "sequences": copied.sequences,
            "migrations": copied.migrations,
            "files": [
                packed
                for number, name in enumerate(files)
                if (packed := pack_file(archive, name, f"files/{number}"))
            ],
            **(more or {}),
        }
        archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    return manifest


def pack_file(archive: zipfile.ZipFile, name: str, member: str) -> dict[str, Any] | None:
    """Add a stored file without compression; skip a file deleted meanwhile."""
    digest, size = hashlib.sha256(), 0
    try:
        source = default_storage.open(name)
    except FileNotFoundError:
        return None
    # Pictures are packed already: they are stored, not deflated.
    entry = zipfile.ZipInfo(member)
    with source, archive.open(entry, "w", force_zip64=True) as goal:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            goal.write(chunk)
    return {
        "member": member,
        "name": name.partition("/")[2],
        "bytes": size,
        "sha256": digest.hexdigest(),
    }


def files_under(folder: str) -> Iterator[str]:
    """Return the name of every stored file below a folder, folder by folder."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in sorted(files):
        if name:
            yield f"{folder}/{name}"
    for inner in sorted(folders):
        if inner:
            yield from files_under(f"{folder}/{inner}")


def remove_under(folder: str) -> int:
    """Remove every stored file below a folder, and the folders; return how many files."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return 0
    removed = sum(remove_under(f"{folder}/{inner}") for inner in folders if inner)
    for name in files:
        default_storage.delete(f"{folder}/{name}")
    default_storage.delete(folder)
    return removed + len(files)


def sha256_of(path: Path) -> str:
    """Return the hash of a file, read piece by piece."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def factor_from_of(space: dict[str, Any]) -> dt.datetime | None:
    """Return the moment from which members need a second factor, if the archive has it."""
    return parse_datetime(str(space.get("factor_from") or ""))


def launch_day_of(space: dict[str, Any]) -> dt.date | None:
    """Return the launch day of the space, if the archive has it."""
    return parse_date(str(space.get("launches_on") or ""))


def described(tenant: Tenant) -> dict[str, Any]:
    """Return a space's data in public, as JSON; ids are valid only within the file."""
    companies = tenant.companies.order_by("pk")
    domains = tenant.email_domains.select_related("company").order_by("domain")
    return {
        "schema_name": tenant.schema_name,
        "slug": tenant.slug,
        "name": tenant.name,
        "kind": tenant.kind,
        "accent": tenant.accent,
        "language": tenant.language,
        "time_zone": tenant.time_zone,
        "modules_off": tenant.modules_off,
        "factor_from": tenant.factor_from and tenant.factor_from.isoformat(),
        "launches_on": tenant.launches_on and tenant.launches_on.isoformat(),
        "companies": [
            {
                "number": company.pk,
                "name": company.name,
                "siren": company.siren,
                "head_count": company.head_count,
                "badge": company.badge,
                "colour": company.colour,
                "leaves_on": company.leaves_on and company.leaves_on.isoformat(),
                "left_at": company.left_at and company.left_at.isoformat(),
            }
            for company in companies
        ],
        "sites": [_site(site) for site in tenant.sites.order_by("pk")],
        "email_domains": [domain.domain for domain in domains],
        "company_domains": {
            domain.domain: domain.company.name for domain in domains if domain.company
        },
    }


def _site(site: Site) -> dict[str, Any]:
    return {
        "number": site.pk,
        "name": site.name,
        "street": site.street,
        "postcode": site.postcode,
        "city": site.city,
        "latitude": str(site.latitude),
        "longitude": str(site.longitude),
        "head_count": site.head_count,
        "break_starts": site.break_starts.isoformat(),
        "break_ends": site.break_ends.isoformat(),
        "more_breaks": site.more_breaks,
        "gates": [
            {
                "name": gate.name,
                "latitude": str(gate.latitude),
                "longitude": str(gate.longitude),
            }
            for gate in site.gates.order_by("pk")
        ],
    }
