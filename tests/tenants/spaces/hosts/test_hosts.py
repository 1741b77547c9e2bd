"""The memory of a process about hosts, and how soon it hears that something changed."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connections, transaction
from django.test.utils import CaptureQueriesContext
from redis.exceptions import RedisError

from saas.kernel import cache as store
from tenants.spaces import hosts
from tenants.spaces.models import Tenant


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    moved = Clock()
    monkeypatch.setattr(hosts, "time", moved)
    monkeypatch.setattr(hosts, "memories", hosts.Memories())
    return moved


@pytest.fixture
def other_process() -> hosts.Memories:
    """The memory of a second process; the store is the same."""
    return hosts.Memories()


def state_of(slug: str) -> str:
    card = hosts.find_space(hosts.subdomain(slug))
    return card.state if card else "unknown"


def statements(slug: str) -> int:
    with CaptureQueriesContext(connections["default"]) as queries:
        hosts.find_space(hosts.subdomain(slug))
    return len(queries.captured_queries)


def suspend(slug: str) -> None:
    Tenant.objects.filter(slug=slug).update(state=Tenant.State.SUSPENDED)


def test_a_host_is_read_once_and_then_remembered(db: None, clock: Clock) -> None:
    assert statements("north") > 0
    clock.now += hosts.REMEMBERED_SECONDS - 1
    assert statements("north") == 0
    clock.now += 2
    assert statements("north") > 0


def test_memory_of_hosts_unknown_ones_too_has_a_bound(
    db: None, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert statements("nowhere") == 1
    assert statements("nowhere") == 0
    monkeypatch.setattr(hosts, "MOST_REMEMBERED", 10)
    for number in range(25):
        hosts.find_space(f"nobody{number}.{hosts.base_name()}")
    assert len(hosts.memories) == 10
    assert statements("nobody24") == 0


def test_change_reaches_another_process_within_a_second(
    db: None, clock: Clock, monkeypatch: pytest.MonkeyPatch, other_process: hosts.Memories
) -> None:
    here = hosts.memories
    assert state_of("north") == "active"
    monkeypatch.setattr(hosts, "memories", other_process)
    assert state_of("north") == "active"

    monkeypatch.setattr(hosts, "memories", here)
    suspend("north")
    with monkeypatch.context() as patch:  # the test's own transaction never commits
        patch.setattr(hosts, "call_after_commit", lambda call, **_: call())
        hosts.forget()
    assert state_of("north") == "suspended"

    monkeypatch.setattr(hosts, "memories", other_process)
    assert state_of("north") == "active"
    clock.now += 1
    assert state_of("north") == "suspended"


@pytest.mark.parametrize("login", ["default", "owner"])
def test_others_are_called_after_the_commit(own_database: None, clock: Clock, login: str) -> None:
    assert state_of("north") == "active"
    before = cache.get("hosts")
    with transaction.atomic(using=login):
        hosts.forget()
        assert cache.get("hosts") == before
    assert cache.get("hosts") != before


def test_card_read_before_a_change_is_not_believed_after_it(
    db: None, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = hosts.card_of

    def read_then_overtaken(tenant: Tenant) -> hosts.SpaceCard:
        found = read(tenant)
        suspend("north")
        hosts.forget()
        return found

    with monkeypatch.context() as patch:
        patch.setattr(hosts, "card_of", read_then_overtaken)
        assert state_of("north") == "active"
    assert state_of("north") == "suspended"


def test_the_store_is_looked_at_once_a_second_at_most(
    db: None, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    state_of("north")
    looks: list[str] = []
    stored_value = store.stored_value

    def counted(name: str, otherwise: Any) -> Any:
        looks.append(name)
        return stored_value(name, otherwise)

    monkeypatch.setattr(store, "stored_value", counted)
    for _ in range(100):
        state_of("north")
    assert looks == []
    clock.now += 1
    for _ in range(100):
        state_of("north")
    assert looks == ["hosts"]


def test_with_a_dead_store_a_change_is_seen_after_ten_seconds(
    db: None, clock: Clock, monkeypatch: pytest.MonkeyPatch, other_process: hosts.Memories
) -> None:
    def dead(*_: Any, **__: Any) -> None:
        raise RedisError

    monkeypatch.setattr(cache, "get", dead)
    monkeypatch.setattr(cache, "set", dead)
    monkeypatch.setattr(hosts, "memories", other_process)
    assert state_of("north") == "active"
    suspend("north")
    clock.now += 9
    assert state_of("north") == "active"
    clock.now += 2
    assert state_of("north") == "suspended"
