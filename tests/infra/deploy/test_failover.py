"""A second server takes over: of PostgreSQL by several hosts in a URL, of Valkey by Sentinels."""

import contextlib
import secrets
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
from django.core.cache.backends.redis import RedisCache
from django.utils.module_loading import import_string
from kombu import Connection

from infra.local import processes
from infra.local.processes import ROOT, Child
from infra.local.servers import ports, postgres, postgres_account, template
from infra.local.servers.backups import Backups
from infra.local.servers.postgres import SUPERUSER, Cluster
from infra.local.servers.valkey import program
from saas import addresses, environment
from saas.kernel import valkey
from tenants.spaces.database import base
from tests.tenants.spaces.database.connecting import ask, who

pytestmark = pytest.mark.proof
PATIENCE_SECONDS = 60


def eventually(act: Callable[[], Any], *errors: type[Exception]) -> Any:
    """Retry until success, as a reload of a page does."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return act()
        except errors:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


class Pair:
    """A PostgreSQL and its standby, with the product's spaces."""

    def __init__(self, folder: Path) -> None:
        self.first = self._cluster(folder, "first")
        self.passwords = template.fill(self.first)
        self.first.settings = {"wal_level": "replica", "max_wal_senders": "4"}
        self.first.begin()
        self.first.wait()
        backups = Backups(folder / "backups", self.first.account)
        backups.make()
        self.superuser = self.passwords["superuser"]
        with psycopg.connect(self.url(self.first, "postgres"), autocommit=True) as admin:
            admin.execute("SELECT pg_create_physical_replication_slot('second', true)")
        backups.take(self.first, self.superuser)
        self.second = self._cluster(folder, "second")
        backups.base.rename(self.second.data)
        (self.second.data / "standby.signal").touch()
        where = f"host=127.0.0.1 port={self.first.port} user={SUPERUSER}"
        self.second.settings = {
            "primary_conninfo": f"{where} password={self.superuser}",
            "primary_slot_name": "second",
        }
        self.second.begin()
        self.second.wait()

    @staticmethod
    def _cluster(folder: Path, name: str) -> Cluster:
        return Cluster(
            data=folder / name,
            programs=postgres.programs(postgres_account.of(ROOT / ".troovon")),
            log=folder / f"{name}.log",
            account=postgres_account.account(),
            stop_signal=signal.SIGQUIT,
        )

    def url(self, cluster: Cluster, database: str) -> str:
        """Return the superuser's address."""
        return cluster.url(SUPERUSER, self.superuser, database)


@pytest.fixture
def pair() -> Iterator[Pair]:
    folder = Path(tempfile.mkdtemp(prefix="troovon-pair-"))
    folder.chmod(0o711)
    found = Pair(folder)
    yield found
    processes.stop(child for child in (found.first.child, found.second.child) if child)
    shutil.rmtree(folder)


def test_pages_follow_a_database_that_takes_over(pair: Pair, own_database: None) -> None:
    """Check with the standby as the first host: of the two, the writable host is chosen."""
    url = (
        f"postgresql://troovon_app:{pair.passwords['app']}@127.0.0.1:{pair.second.port},"
        f"127.0.0.1:{pair.first.port}/{template.NAME}?target_session_attrs=read-write"
    )
    settings = {
        **environment.database(url, process="web", as_owner=False),
        "ATOMIC_REQUESTS": False,
        "AUTOCOMMIT": True,
        "TIME_ZONE": None,
        "CONN_HEALTH_CHECKS": False,
    }
    wrapper: Any = base.DatabaseWrapper(settings, alias="pair")
    try:
        wrapper.set_schema("north")
        assert who(wrapper) == ("north", "north")
        assert ask(wrapper, "SELECT inet_server_port()") == (pair.first.port,)
        wrapper.close()
        assert pair.first.child is not None
        processes.stop([pair.first.child])
        with psycopg.connect(pair.url(pair.second, "postgres"), autocommit=True) as admin:
            admin.execute("SELECT pg_promote()")

        def on_the_other() -> Any:
            with contextlib.closing(wrapper):
                wrapper.set_schema("north")
                return ask(wrapper, "SELECT inet_server_port(), pg_is_in_recovery()")

        found = eventually(on_the_other, Exception)
        assert found == (pair.second.port, False)
    finally:
        wrapper.close_pool()


class Watched:
    """A Valkey, its replica, and a Sentinel that lets the replica take over."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.password = folder, secrets.token_hex(16)
        self.ports = {name: ports.any_free() for name in ("first", "second", "sentinel")}
        own = [f"requirepass {self.password}", f"masterauth {self.password}", 'save ""']
        self.children = {
            "first": self._start("first", own),
            "second": self._start("second", [*own, f"replicaof 127.0.0.1 {self.ports['first']}"]),
        }
        eventually(self._is_followed, AssertionError, redis.RedisError)
        self.children["sentinel"] = self._start(
            "sentinel",
            [
                f"sentinel monitor troovon 127.0.0.1 {self.ports['first']} 1",
                f"sentinel auth-pass troovon {self.password}",
                "sentinel down-after-milliseconds troovon 1000",
                "sentinel failover-timeout troovon 10000",
            ],
            "--sentinel",
        )

    @property
    def url(self) -> str:
        """Return the URL in the form of VALKEY_URL; an unreachable Sentinel is first."""
        gone = ports.any_free()
        hosts = f"127.0.0.1:{gone},127.0.0.1:{self.ports['sentinel']}"
        return f"sentinel://:{self.password}@{hosts}/0?master=troovon"

    def _start(self, name: str, lines: list[str], *words: str) -> Child:
        place = self.folder / name
        place.mkdir()
        configuration = place / "valkey.conf"
        lines = ["bind 127.0.0.1", f"port {self.ports[name]}", f'dir "{place}"', *lines, ""]
        configuration.write_text("\n".join(lines))
        child = processes.start(
            name,
            [program(), configuration, *words],
            log=place / "log",
            stop_signal=signal.SIGKILL,
        )
        processes.wait_until(lambda: not ports.is_free(self.ports[name]), child, seconds=30)
        return child

    def _is_followed(self) -> None:
        with redis.Redis(port=self.ports["second"], password=self.password) as second:
            assert second.info("replication")["master_link_status"] == "up"


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    found = Watched(tmp_path)
    yield found
    processes.stop(found.children.values())


def test_cache_and_broker_follow_a_valkey_that_takes_over(watched: Watched) -> None:
    cache_url = addresses.beside(watched.url)
    backend: Any = import_string(addresses.cache_backend(cache_url))
    cache: RedisCache = backend(cache_url, {"OPTIONS": {"socket_connect_timeout": 2}})
    url, options = addresses.broker(watched.url)

    def queue(word: str) -> None:
        with Connection(url, transport_options=options) as connection:
            box = connection.SimpleQueue("trial")
            box.put(word)
            box.close()

    client = valkey.client(watched.url, socket_timeout=2)

    def write() -> None:
        cache.set("name", "after", 60)
        client.set("plain", "after")

    eventually(lambda: queue("before"), Exception)
    eventually(lambda: cache.set("name", "before", 60), Exception)
    processes.stop([watched.children.pop("first")])
    eventually(write, Exception)
    eventually(lambda: queue("after"), Exception)
    assert (cache.get("name"), client.get("plain")) == ("after", b"after")
    with redis.Redis(port=watched.ports["second"], password=watched.password) as second:
        assert second.llen("trial") == 2  # earlier queued entries are there too
        assert second.info("replication")["role"] == "master"
