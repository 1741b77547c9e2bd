"""Pin the requirements of pyproject.toml: `uv run python -m infra.pins`.

A pinned package stays at its version, so that a new package changes no others; `--upgrade` takes
the newest of all. Writes the exact version of each package, direct or not, into pyproject.toml, and
the hashes of their files into requirements.lock (all groups) and requirements-prod.lock. uv.lock
itself is not kept: every entry names the address of a package index, and ours may not be yours.
"""

import argparse
import datetime as dt
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYPROJECT = ROOT / "pyproject.toml"
LOCK = ROOT / "uv.lock"
BEGIN = "# The exact version of every package, direct or not: written by `python -m infra.pins`."
END = "# End of what `python -m infra.pins` writes."
# Files uploaded after this moment do not exist for the resolver.
DAY = re.compile(r'^exclude-newer = "(\d{4}-\d\d-\d\d)', re.MULTILINE)
EXPORTS = {
    "requirements.lock": ("--all-groups",),
    "requirements-prod.lock": ("--no-dev", "--no-default-groups"),
}
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ \\;]+)(?:\s*;\s*([^\\]+?))?\s*\\?$", re.MULTILINE)


def main(argv: Sequence[str] | None = None) -> int:
    """Resolve, write the pins, and make sure that they lead to the same files."""
    words = argparse.ArgumentParser(prog="troovon pins", description=__doc__)
    words.add_argument("--upgrade", action="store_true", help="take the newest version of all")
    upgrade = words.parse_args(argv).upgrade
    day = dt.datetime.now(dt.UTC).date().isoformat() if upgrade else _day_of_pins()
    if upgrade:
        _write_constraints(_block([], day))
    LOCK.unlink(missing_ok=True)
    _uv("lock")
    first = {name: export(*groups) for name, groups in EXPORTS.items()}
    pins = PINNED.findall(first["requirements.lock"])
    _write_constraints(_block(pins, day))
    _uv("lock")
    for name, groups in EXPORTS.items():
        if export(*groups) != first[name]:
            sys.stderr.write(f"{name}: the pins do not lead to what they were made from\n")
            return 1
        (ROOT / name).write_text(first[name])
    sys.stderr.write(f"{len(pins)} packages pinned\n")
    return 0


def export(*groups: str) -> str:
    """List packages with the hashes of their files, and no address of an index."""
    return _uv(
        "export",
        "--frozen",
        *groups,
        "--no-emit-project",
        "--no-header",
        "--no-annotate",
        "--format",
        "requirements-txt",
    )


def _uv(*words: str) -> str:
    program = os.environ.get("UV", "uv")
    done = subprocess.run(  # noqa: S603 - uv runs us and tells its own path
        [program, "--quiet", *words], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def _day_of_pins() -> str:
    """Return the day of the pins: the resolver ignores files published from that day on."""
    found = DAY.search(PYPROJECT.read_text())
    if found is None:
        raise SystemExit("pyproject.toml names no day of its pins: troovon pins --upgrade")
    return found[1]


def _block(pins: list[tuple[str, str, str]], day: str) -> str:
    lines = [f'  "{_constraint(*pin)}",' for pin in pins]
    return "\n".join([
        f'exclude-newer = "{day}T00:00:00Z"',
        "constraint-dependencies = [",
        *lines,
        "]",
    ])  # fmt: skip


def _constraint(name: str, version: str, marker: str) -> str:
    condition = f" ; {marker}" if marker else ""
    return f"{name}=={version}{condition}".replace('"', "'")


def _write_constraints(block: str) -> None:
    text = PYPROJECT.read_text()
    before, _, rest = text.partition(BEGIN)
    if not rest:
        raise SystemExit(f"pyproject.toml lacks the line: {BEGIN}")
    _, _, after = rest.partition(END)
    PYPROJECT.write_text(f"{before}{BEGIN}\n{block}\n{END}{after}")


if __name__ == "__main__":
    sys.exit(main())
