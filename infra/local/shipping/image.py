"""Build the image without a registry: `uv run troovon image`.

The base is a Debian made by debootstrap from the mirror of this machine's apt, in place of
`debian:trixie-slim`, and buildah runs infra/deploy/Dockerfile on it in a chroot, as root. In place
of `postgres:18-trixie` it uses that base with the PostgreSQL of the demo and tests.
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
from infra.local.servers import postgres

SUITE = "trixie"
BASE, TAG = "localhost/troovon-base", "localhost/troovon"
POSTGRES_BASE = "localhost/troovon-postgres-base"
TARGETS = ("app", "prepare", "database", "backup")
PROGRAMS = ("buildah", "debootstrap")
HOW = "apt-get install --no-install-recommends buildah netavark debootstrap"
SOURCES = Path("/etc/apt")
# Authorities that this machine trusts beside Debian's: a mirror or an index may need them.
AUTHORITIES = Path("usr/local/share/ca-certificates")
IN_CHROOT = ("--isolation", "chroot", "--network", "host")
# As in `debian:trixie-slim`: no manuals, no words of other languages, no packages as they came.
NOT_SLIM = ("usr/share/man", "usr/share/locale", "var/cache/apt", "var/lib/apt/lists")
SLIM_RULES = """path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/locale/*
path-exclude /usr/share/man/*
"""
# The parts of `postgres:18-trixie` that the Dockerfile builds on: programs, path, account.
POSTGRES_RECIPE = f"""FROM {BASE}
RUN groupadd --gid 999 postgres && useradd --uid 999 --gid postgres --no-create-home postgres
COPY . /usr/lib/postgresql/
ENV PATH=/usr/lib/postgresql/{postgres.PACKAGE}/pginstall/bin:$PATH
ENTRYPOINT ["docker-entrypoint.sh"]
"""
# Limits that buildah would raise, and may not where this process cannot either.
LIMITS = (("nofile", resource.RLIMIT_NOFILE), ("nproc", resource.RLIMIT_NPROC))
DEBIAN = re.compile(r"\b(https?://[^\s\]]+/debian)/?(?=\s|$)")


class Image(NamedTuple):
    """A built image: its name, its size, and how long the build took."""

    tag: str
    size: str
    seconds: int


class CannotBuildError(Exception):
    """A required tool of this machine is missing; the message names it."""


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
    if not _exists(BASE):
        _make_base(mirror or debian_mirror())
    if target != "app" and not _exists(POSTGRES_BASE):
        _make_postgres_base()
    _buildah(
        *("build", *IN_CHROOT, *limits(), "--layers", "--build-arg", f"BASE={BASE}"),
        *("--build-arg", f"POSTGRES={POSTGRES_BASE}"),
        *("--file", str(ROOT / "infra/deploy/Dockerfile"), "--target", target),
        *("--tag", tag, str(ROOT)),
    )
    size = _output("images", "--format", "{{.Size}}", tag)
    return Image(tag, size, round(time.monotonic() - began))


def debian_mirror(sources: Path = SOURCES) -> str:
    """Return the Debian mirror of this machine's apt. Raises CannotBuildError if it is missing."""
    files = [sources / "sources.list", *sorted((sources / "sources.list.d").glob("*"))]
    for path in files:
        if path.is_file() and (found := DEBIAN.search(path.read_text())):
            return found[1]
    raise CannotBuildError("apt names no Debian mirror here: --mirror URL")


def _exists(tag: str) -> bool:
    return bool(_output("images", "--quiet", "--filter", f"reference={tag}"))


def _make_base(mirror: str) -> None:
    with tempfile.TemporaryDirectory(prefix="troovon-image-") as place:
        root = Path(place) / "root"
        _run("debootstrap", "--variant=minbase", SUITE, str(root), mirror)
        for name in NOT_SLIM:
            _empty(root / name)
        (root / "etc/dpkg/dpkg.cfg.d/slim").write_text(SLIM_RULES)
        trusted = root / AUTHORITIES
        trusted.mkdir(parents=True, exist_ok=True)
        for authority in (Path("/") / AUTHORITIES).glob("*.crt"):
            shutil.copy2(authority, trusted)
        _build_base(BASE, "FROM scratch\nCOPY . /\n", root)


def _make_postgres_base() -> None:
    with tempfile.TemporaryDirectory(prefix="troovon-image-") as place:
        files, package = Path(place), postgres.package()
        for source in (package / "pginstall", package.with_name(f"{package.name}.libs")):
            if source.exists():
                target = files / source.relative_to(package.parent)
                shutil.copytree(source, target, symlinks=True)
        _build_base(POSTGRES_BASE, POSTGRES_RECIPE, files)


def _build_base(tag: str, recipe: str, files: Path) -> None:
    with tempfile.NamedTemporaryFile("w", prefix="Dockerfile-") as written:
        written.write(recipe)
        written.flush()
        _buildah("build", *IN_CHROOT, *limits(), "--file", written.name, "--tag", tag, str(files))


def _empty(folder: Path) -> None:
    """Remove a folder's contents; the folder stays, since packages expect it."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


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
    """Build the image, and print its size and the command to start a process."""
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
