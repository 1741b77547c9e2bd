"""A network of a test's own: its programs reach outside, and nobody reaches them."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from infra.local import processes
from infra.local.processes import Child
from tests.fixtures.patience import PATIENCE, wait_until


@contextmanager
def own_network() -> Iterator[list[str]]:
    """Yield the words before a command that have it run in the network."""
    holder = _started("holder", ["unshare", "--net", "sleep", "infinity"])
    namespace = Path(f"/proc/{holder.pid}/ns/net")
    try:
        ours = Path("/proc/self/ns/net").readlink()
        wait_until(lambda: namespace.readlink() != ours)
        options = ("--configure", "--mtu=1500", "--disable-host-loopback")
        way_out = _started("way out", ["slirp4netns", *options, str(holder.pid), "tap0"])
        try:
            routes = Path(f"/proc/{holder.pid}/net/route")
            wait_until(lambda: "tap0" in routes.read_text())
            yield ["nsenter", f"--target={holder.pid}", "--net"]
        finally:
            processes.stop([way_out], patience=PATIENCE)
    finally:
        processes.stop([holder], patience=PATIENCE)


def _started(name: str, words: Sequence[str]) -> Child:
    return processes.start(name, words, log=Path(os.devnull))
