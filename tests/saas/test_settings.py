"""What an installation must say, and how closed its files are when it says nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from infra.local.processes import ROOT
from saas.environment import storage
from saas.kernel.storage import PlacedStorage


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "MAIL_URL"])
def test_nothing_starts_without_what_has_no_safe_default(name: str) -> None:
    """Without MAIL_URL every letter with its link would be shown to everybody."""
    told = {key: value for key, value in os.environ.items() if key != name}
    tried = subprocess.run(
        [sys.executable, "-c", "import saas.settings"],
        cwd=ROOT,
        env=told,
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"KeyError: '{name}'" in tried.stderr


def test_private_files_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    kept = PlacedStorage(**storage("", tmp_path)["default"]["OPTIONS"])
    name = kept.save("t_x/classifieds/picture.webp", ContentFile(b"x"))
    path = Path(kept.path(name))
    assert path.stat().st_mode & 0o777 == 0o600
    assert [folder.stat().st_mode & 0o777 for folder in (path.parent, path.parent.parent)] == [
        0o700,
        0o700,
    ]
