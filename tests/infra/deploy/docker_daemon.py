"""Docker for one test: Debian's packages, unpacked, and a daemon in a network of its own.

A registry beside it answers for Docker's own, with the images of docker_images.py.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from infra.local import processes
from infra.local.shipping import image
from tests.fixtures.patience import PATIENCE, wait_until
from tests.infra.deploy import docker_images
from tests.infra.deploy.own_network import own_network

PROGRAMS = ("apt-get", "buildah", "debootstrap", "dpkg", "script", "slirp4netns")
# Packages on which Debian's docker.io depends, and the registry.
BESIDE = ("containerd", "docker-registry", "runc", "tini")
REGISTRY = "127.0.0.1:5000"
LIBRARY = "library/"
# A mount of control groups of the second version, for this process alone.
START = """
mount --make-rprivate /
umount --recursive /sys/fs/cgroup
mount -t cgroup2 none /sys/fs/cgroup
exec dockerd "$@"
"""


class Docker(NamedTuple):
    """A running daemon: the words and variables with which commands reach it."""

    inside: list[str]
    environ: dict[str, str]

    def run(self, command: str, folder: Path) -> tuple[int, str]:
        """Run a shell command as on a terminal; return its exit code and its output."""
        words = ["script", "--quiet", "--return", "--command", command, os.devnull]
        done = subprocess.run(  # noqa: S603 - our own words
            [*self.inside, *words],
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env=self.environ,
            cwd=folder,
        )
        return done.returncode, done.stdout + done.stderr


def missing_programs() -> list[str]:
    """Return the programs that Docker's test needs and this machine lacks."""
    return [name for name in PROGRAMS if shutil.which(name) is None]


@contextmanager
def docker(place: Path, packages: Sequence[str]) -> Iterator[Docker]:
    """Yield a daemon of the packages, whose registry holds each image of others."""
    root = _unpacked(place / "packages", packages)
    environ = _environ(place, root)
    with own_network() as inside:
        registry = processes.start(
            "registry",
            [*inside, root / "usr/bin/docker-registry", "serve", _registry_settings(place)],
            log=place / "registry.log",
        )
        options = [f"--host={environ['DOCKER_HOST']}", f"--registry-mirror=http://{REGISTRY}"]
        options += [f"--{name}-root={place / name}" for name in ("data", "exec")]
        options += [f"--pidfile={place / 'docker.pid'}"]
        daemon = processes.start(
            "docker",
            [*inside, "unshare", "--mount", "--cgroup", "sh", "-euc", START, "sh", *options],
            log=place / "docker.log",
            env=environ,
        )
        try:
            found = Docker(inside, environ)
            wait_until(lambda: found.run("docker info", place)[0] == 0)
            _fill_registry(found, place)
            yield found
        finally:
            processes.stop([daemon, registry], patience=PATIENCE)


def _unpacked(folder: Path, packages: Sequence[str]) -> Path:
    folder.mkdir()
    names = [name for name in packages if name.startswith("docker")] + [*BESIDE]
    subprocess.run(["apt-get", "-qq", "download", *names], check=True, cwd=folder)  # noqa: S603, S607 - our own words
    root = folder / "root"
    for package in folder.glob("*.deb"):
        subprocess.run(["dpkg", "--extract", package, root], check=True)  # noqa: S603, S607 - our own words
    return root


def _environ(place: Path, root: Path) -> dict[str, str]:
    config = place / "config"
    config.mkdir()
    (config / "config.json").write_text("{}")
    (config / "cli-plugins").symlink_to(root / "usr/libexec/docker/cli-plugins")
    # The unpacked programs come first.
    path = [f"{root}/usr/sbin", f"{root}/usr/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"]
    return {
        "PATH": ":".join(path),
        "HOME": str(place),
        "DOCKER_HOST": f"unix://{place}/docker.sock",
        "DOCKER_CONFIG": str(config),
    }


def _registry_settings(place: Path) -> Path:
    file = place / "registry.yaml"
    storage = f"storage: {{filesystem: {{rootdirectory: {place / 'registry'}}}}}"
    file.write_text(f'version: 0.1\n{storage}\nhttp: {{addr: "{REGISTRY}"}}\n')
    return file


def _fill_registry(found: Docker, place: Path) -> None:
    """Build the images, and push them, except the bases of the Dockerfile."""
    for base in (image.BASE, image.POSTGRES_BASE):
        file = docker_images.saved(base, place / f"{base.rpartition('/')[2]}.tar")
        _done(found.run(f"docker load --quiet --input {file}", place))
        file.unlink()
    for tag, folder in docker_images.folders(place / "images").items():
        _done(found.run(f"docker build --quiet --tag {tag} {folder}", place))
        if tag in {"debian:trixie-slim", "postgres:18-trixie"}:
            continue  # Dockerfile's own bases: the builder looks for them here first
        name = f"{REGISTRY}/{'' if '/' in tag else LIBRARY}{tag}"
        for words in (f"tag {tag} {name}", f"push --quiet {name}", f"rmi {tag} {name}"):
            _done(found.run(f"docker {words}", place))


def _done(outcome: tuple[int, str]) -> None:
    code, printed = outcome
    assert code == 0, printed[-2000:]
