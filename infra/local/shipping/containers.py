"""Containers of built images: programs run in them by buildah, and their memory."""

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from infra.local.shipping.image import IN_CHROOT, limits

SHARE_OF_MEMORY = "Pss:"
MIB_IN_KIB = 1024


@contextmanager
def container_of(tag: str) -> Iterator[str]:
    """Create a container of an image, and remove it at the end."""
    name = _buildah("from", *IN_CHROOT, *limits(), tag)
    try:
        yield name
    finally:
        _buildah("rm", name)


def command_in(
    container: str,
    words: Sequence[str],
    *,
    env: Mapping[str, str],
    files: Mapping[Path, str] | None = None,
) -> list[str]:
    """Return the command line that runs a program in a container, as the image's account.

    `files` of this machine are seen in the container at the paths beside them.
    """
    given = [word for name, value in env.items() for word in ("--env", f"{name}={value}")]
    for outside, inside in (files or {}).items():
        given += ["--volume", f"{outside}:{inside}:ro"]
    return ["buildah", "run", *IN_CHROOT, *given, container, "--", *words]


def memory_of(pid: int) -> int:
    """Return the memory of a container's programs in MiB, without buildah itself.

    Pages that several processes share count once.
    """
    shares = 0
    for process in _with_descendants(pid):
        try:
            if Path(f"/proc/{process}/exe").readlink().name == "buildah":
                continue
            rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
        except OSError:  # it has ended meanwhile
            continue
        [line] = [line for line in rollup.splitlines() if line.startswith(SHARE_OF_MEMORY)]
        shares += int(line.split()[1])
    return round(shares / MIB_IN_KIB)


def _with_descendants(pid: int) -> list[int]:
    found = [pid]
    for process in found:
        for children in Path(f"/proc/{process}/task").glob("*/children"):
            found += [int(child) for child in children.read_text().split()]
    return found


def _buildah(*words: str) -> str:
    done = subprocess.run(["buildah", *words], check=True, stdout=subprocess.PIPE, text=True)  # noqa: S607 - our own words
    return done.stdout.strip()
