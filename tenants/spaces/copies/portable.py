"""A full copy of a space for another installation.

The format is the format of archives, plus a part `copy` of the manifest; see README.md.
"""

import datetime as dt
import tempfile
from pathlib import Path
from typing import Any

from tenants.spaces import archives, sealing
from tenants.spaces.copies import arriving, left_behind
from tenants.spaces.database import copying
from tenants.spaces.models import Tenant

_PLAIN = "space.zip"


def write(
    *, tenant: Tenant, goal: Path, key: str, report: archives.Report, at: dt.datetime
) -> archives.StoredArchive:
    """Write a full copy to a file; with a key, seal it for the installation of this key.

    Raises Refused if the space no longer exists or the key is invalid.
    """
    archives.check_stands(tenant)
    recipient = sealing.recipient_of(key) if key else None
    with tempfile.TemporaryDirectory(prefix="troovon-copy-") as place:
        folder = Path(place)
        report("rows")
        copied = copying.dump(
            tenant.schema_name,
            folder,
            without=left_behind.TABLES,
            instead=left_behind.COLUMNS,
            sent=left_behind.MAILED,
        )
        report("files")
        manifest = _packed(folder, tenant=tenant, copied=copied, at=at)
        report("store")
        if recipient is None:
            archives.moved(folder / _PLAIN, goal)
        else:
            sealing.seal_for(folder / _PLAIN, goal, recipient)
        return archives.StoredArchive(
            name=goal.name,
            size_bytes=goal.stat().st_size,
            sha256=archives.sha256_of(goal),
            migrations_hash=manifest["migrations_hash"],
            rows=copied.rows,
            files=len(manifest["files"]),
        )


def _packed(
    folder: Path, *, tenant: Tenant, copied: copying.Copied, at: dt.datetime
) -> dict[str, Any]:
    files = [
        name
        for name in archives.files_under(tenant.schema_name)
        if not name.partition("/")[2].startswith(left_behind.FOLDERS)
    ]
    return archives.pack(
        folder / _PLAIN,
        tenant=tenant,
        copied=copied,
        folder=folder,
        at=at,
        files=files,
        more={"copy": arriving.described(tenant)},
    )
