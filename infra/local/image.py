"""Build the image without a registry: `uv run troovon image`.

The base is a Debian that debootstrap makes from the mirror of this machine's apt, in place of
`debian:trixie-slim`, and buildah plays infra/deploy/Dockerfile on it in a chroot, as root.
"""

import argparse
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from infra.local.processes import ROOT

SUITE = "trixie"
BASE, TAG = "localhost/troovon-base", "localhost/troovon"
PROGRAMS = ("buildah", "debootstrap")
HOW = "apt-get install --no-install-recommends buildah netavark debootstrap"
SOURCES = Path("/etc/apt")
# Authorities that this machine trusts beside Debian's: a mirror or an index may need them.
AUTHORITIES = Path("usr/local/share/ca-certificates")
IN_CHROOT = ("--isolation", "chroot", "--network", "host")
# Limits that buildah would raise, and may not where this process cannot either.
LIMITS = (("nofile", resource.RLIMIT_NOFILE), ("nproc", resource.RLIMIT_NPROC))
DEBIAN = re.compile(r"\b(https?://[^\s\]]+/debian)/?(?=\s|$)")


class Image(NamedTuple):
    """A built image: its name, its size, and how long the build took."""

    tag: str
    size: str
    seconds: int


class CannotBuildError(Exception):
    """A sentence that says what this machine lacks."""


def missing_programs() -> list[str]:
    """Return the programs that a build needs and this machine lacks."""
    return [name for name in PROGRAMS if shutil.which(name) is None]


def build(*, tag: str = TAG, mirror: str = "", target: str = "app") -> Image:
    """Build a stage of the Dockerfile, with the base if it is not there yet."""
    if missing := missing_programs():
        raise CannotBuildError(f"{', '.join(missing)} is missing: {HOW}")
    if os.geteuid() != 0:
        raise CannotBuildError("debootstrap and a chroot need root")
    began = time.monotonic()
    if not _output("images", "--quiet", "--filter", f"reference={BASE}"):
        _make_base(mirror or debian_mirror())
    _buildah(
        *("build", *IN_CHROOT, *limits(), "--layers", "--build-arg", f"BASE={BASE}"),
        *("--file", str(ROOT / "infra/deploy/Dockerfile"), "--target", target),
        *("--tag", tag, str(ROOT)),
    )
    size = _output("images", "--format", "{{.Size}}", tag)
    return Image(tag, size, round(time.monotonic() - began))


def debian_mirror(sources: Path = SOURCES) -> str:
    """Return the Debian mirror of this machine's apt. Raises CannotBuildError without one."""
    files = [sources / "sources.list", *sorted((sources / "sources.list.d").glob("*"))]
    for path in files:
        if path.is_file() and (found := DEBIAN.search(path.read_text())):
            return found[1]
    raise CannotBuildError("apt names no Debian mirror here: --mirror URL")


def _make_base(mirror: str) -> None:
    with tempfile.TemporaryDirectory(prefix="troovon-image-") as place:
        root = Path(place) / "root"
        _run("debootstrap", "--variant=minbase", SUITE, str(root), mirror)
        trusted = root / AUTHORITIES
        trusted.mkdir(parents=True, exist_ok=True)
        for authority in (Path("/") / AUTHORITIES).glob("*.crt"):
            shutil.copy2(authority, trusted)
        recipe = Path(place) / "Dockerfile"
        recipe.write_text("FROM scratch\nCOPY . /\n")
        _buildah("build", *IN_CHROOT, "--file", str(recipe), "--tag", BASE, str(root))


def limits() -> list[str]:
    """Return options that keep a container within the limits of this process."""
    words: list[str] = []
    for name, number in LIMITS:
        soft, hard = resource.getrlimit(number)
        words += ["--ulimit", f"{name}={soft}:{hard}"]
    return words


def _buildah(*words: str) -> None:
    _run("buildah", *words)


def _output(*words: str) -> str:
    done = subprocess.run(
        ["buildah", *words],  # noqa: S607 - our own words
        check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return done.stdout.strip()


def _run(*words: str) -> None:
    try:
        subprocess.run(words, check=True)
    except subprocess.CalledProcessError as error:
        raise CannotBuildError(f"{words[0]} ended with code {error.returncode}") from error


def main(argv: Sequence[str] | None = None) -> int:
    """Build the image, and say how large it is and how to start a process from it."""
    parser = argparse.ArgumentParser(prog="troovon image", description=__doc__)
    parser.add_argument("--tag", default=TAG, help="name of the image")
    parser.add_argument("--mirror", default="", help="Debian mirror; apt's own if left out")
    parsed = parser.parse_args(argv)
    try:
        made = build(tag=parsed.tag, mirror=parsed.mirror)
    except CannotBuildError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{made.tag}: {made.size}, built in {made.seconds} s\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
