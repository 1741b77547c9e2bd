"""A copy of a space for its administrators: for reading, never for a restore.

It contains the data visible to them, and no data to track or impersonate a person.
"""

import datetime as dt
import json
import secrets
import tempfile
import zipfile
from pathlib import Path

from tenants.spaces import archives
from tenants.spaces.database import blueprint, exports
from tenants.spaces.models import Archive, Tenant

FORMAT = "troovon-export-1"
MANIFEST = "manifest.json"
# Pictures as the board shows them; the uploaded originals contain their place and camera.
_SHOWN_FILE = ".webp"


def new_name() -> str:
    """Return an unguessable name for an export."""
    return f"{Archive.EXPORTS}/{secrets.token_urlsafe(24)}.zip"


def make(
    *, tenant: Tenant, name: str, report: archives.Report, at: dt.datetime
) -> archives.StoredArchive:
    """Store the data that administrators may read as a zip file; a second call replaces it.

    Raises Refused if the space no longer exists.
    """
    archives.check_stands(tenant)
    with tempfile.TemporaryDirectory(prefix="troovon-export-") as place:
        folder = Path(place)
        report("rows")
        written = exports.write(tenant.schema_name, folder)
        report("files")
        path = folder / "space.zip"
        files = _pack(path, tenant=tenant, written=written, folder=folder, at=at)
        report("store")
        return archives.StoredArchive(
            name=archives.stored(path, name),
            size_bytes=path.stat().st_size,
            sha256=archives.sha256_of(path),
            migrations_hash=tenant.schema_hash or blueprint.migrations_hash(),
            rows=written.rows,
            files=files,
        )


def _pack(
    path: Path, *, tenant: Tenant, written: exports.Written, folder: Path, at: dt.datetime
) -> int:
    """Write the zip; return how many files of the space are in it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in written.rows:
            lines = exports.file_of(folder, table)
            archive.write(lines, f"tables/{table}.jsonl")
            lines.unlink()
        shown = [
            name
            for name in archives.files_under(tenant.schema_name)
            if name.endswith(_SHOWN_FILE) and written.names(name)
        ]
        packed = [
            part
            for name in shown
            if (part := archives.pack_file(archive, name, f"files/{name.partition('/')[2]}"))
        ]
        manifest = {
            "format": FORMAT,
            "made_at": at.isoformat(),
            "space": archives.described(tenant),
            "rows": written.rows,
            "files": packed,
        }
        archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    return len(packed)
