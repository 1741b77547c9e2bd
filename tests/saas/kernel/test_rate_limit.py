"""Counted attempts, their keys, and the behaviour while the store does not respond."""

from typing import Any

import pytest
import redis
from django.conf import settings
from django.core.cache.backends.redis import RedisCacheClient

from saas.kernel import cache, schema
from saas.kernel.errors import Refused
from saas.kernel.web import rate_limit
from saas.kernel.web.rate_limit import Silent
from tests.fixtures.broker import kill_store


def take(times: int, key: str = "nadia", when_silent: Silent = Silent.LET_PASS) -> None:
    for _ in range(times):
        rate_limit.check("tries", key, most=3, per_seconds=600, when_silent=when_silent)


@pytest.fixture
def dead_store(monkeypatch: pytest.MonkeyPatch) -> None:
    kill_store(monkeypatch)


def test_try_beyond_the_limit_is_refused_with_the_time_to_wait(db: None) -> None:
    take(3)
    with pytest.raises(Refused, match="Réessayez dans 10 min"):
        take(1)


def test_each_person_and_each_space_is_counted_alone(db: None) -> None:
    take(3)
    take(3, "karim")
    with schema.inside("north"):
        take(3)
    with schema.inside("south"):
        take(3)
        with pytest.raises(Refused):
            take(1)


def test_count_at_its_period_s_end_has_an_end(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check that a count expires if its key vanishes between Django's check and its increment."""

    def incr(store: Any, key: str, delta: int) -> int:
        store.get_client(key).delete(key)
        return int(store.get_client(key).incr(key, delta))

    monkeypatch.setattr(RedisCacheClient, "incr", incr)
    cache.store_value("tries", 2, seconds=600)
    assert cache.counted("tries", seconds=600) == 1
    store = redis.Redis.from_url(settings.CACHE_URL)
    assert [store.ttl(key) > 0 for key in store.scan_iter()] == [True]
    cache.uncount("tries")
    assert cache.stored_value("tries", "nothing") == "nothing"


def test_dead_store_only_forgets_and_lets_whoever_reads_pass(db: None, dead_store: None) -> None:
    take(4)
    cache.store_value("step", "tables", seconds=60)
    assert cache.stored_value("step", "nothing yet") == "nothing yet"


def test_guessing_limit_refuses_right_tries_too_without_store(db: None, dead_store: None) -> None:
    """Check that an outage reveals no right guess to an attacker."""
    tries: dict[str, Any] = {"most": 3, "per_seconds": 60}
    rate_limit.check_remaining("tries", "x", when_silent=Silent.LET_PASS, **tries)
    for check in (rate_limit.check, rate_limit.check_remaining):
        with pytest.raises(Refused, match="réessayez dans une minute") as refusal:
            check("tries", "x", when_silent=Silent.REFUSE, field="code", **tries)
        assert refusal.value.field == "code"
