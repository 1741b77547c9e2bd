"""The running Troovon for the pictures: a demo of our own, or an already running stack."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infra.local import processes
from infra.local.datadir import DataDir
from infra.local.processes import ROOT
from infra.local.servers import ports

SEEDED_WITHIN = 600


@contextlib.contextmanager
def running(described: Path | None) -> Iterator[dict[str, Any]]:
    """Yield the description of a demo; a demo started here is removed at the end."""
    if described is not None:
        yield json.loads(described.read_text())
        return
    folder = Path(tempfile.mkdtemp(prefix="troovon-screenshots-"))
    child = processes.start(
        "demo",
        [
            *(sys.executable, "-m", "infra.local.cli", "demo", "--json"),
            *("--data-dir", folder, "--port", str(ports.any_free())),
        ],
        log=folder / "demo.log",
        stdout=folder / "demo.json",
    )
    try:
        yield json.loads(processes.first_line(child, folder / "demo.json", seconds=SEEDED_WITHIN))
    finally:
        processes.stop([child], patience=60)
        DataDir(folder).remove()


def pages(stack: dict[str, Any], lang: str) -> dict[str, Any]:
    """Ask the product where its pages are, as the running site would."""
    parsed = subprocess.run(
        [sys.executable, ROOT / "manage.py", "pages", "--lang", lang],
        env=environment(stack["pids"]["web"]),
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
    )
    found: dict[str, Any] = json.loads(parsed.stdout)
    return found


def environment(pid: int) -> dict[str, str]:
    """Return the environment of the site's process: the same database, keys and folders."""
    words = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    variables = dict(os.fsdecode(word).split("=", 1) for word in words if b"=" in word)
    return {**variables, "TROOVON_PROCESS": "manage"}
