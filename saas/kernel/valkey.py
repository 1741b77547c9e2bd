"""Clients of Valkey: of a server by its URL, or of the current master of Sentinels.

`sentinel://:password@host1:26379,host2:26379/0?master=troovon` names the Sentinels, the group that
they monitor and, by `sentinel_password`, their own password.
"""

from typing import Any

import redis
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.sentinel import Sentinel, SentinelConnectionPool

from saas.addresses import SentinelAddress, sentinels


def client(url: str, **options: Any) -> redis.Redis:
    """Return a client of a URL of settings."""
    address = sentinels(url)
    if address is None:
        return redis.Redis.from_url(url, **options)
    found: redis.Redis = _manager(address, options).master_for(address.master, redis.Redis)
    return found


def _manager(address: SentinelAddress, options: dict[str, Any]) -> Any:
    """Return the client of the Sentinels; their timeouts are the same as the server's."""
    secret = {"password": address.sentinel_password} if address.sentinel_password else {}
    manager: Any = Sentinel
    return manager(
        address.hosts,
        sentinel_kwargs={**options, **secret},
        password=address.password or None,
        db=address.number,
        **options,
    )


class SentinelCacheClient(RedisCacheClient):
    """Django's client, with connections to the server that Sentinels name."""

    def __init__(self, servers: list[str], **options: Any) -> None:
        super().__init__(servers, **options)
        address = sentinels(servers[0])
        if address is None:
            raise ValueError("CACHE_URL names no Sentinels")
        given: dict[str, Any] = self._pool_options  # type: ignore[attr-defined]
        timeouts = {name: value for name, value in given.items() if name.startswith("socket_")}
        new_pool: Any = SentinelConnectionPool
        self._one_pool = new_pool(
            address.master,
            _manager(address, timeouts),
            db=address.number,
            password=address.password or None,
            **given,
        )

    def _get_connection_pool(self, write: bool) -> Any:  # noqa: ARG002, FBT001 - Django's form
        return self._one_pool


class SentinelCache(RedisCache):
    """Django's cache in Valkey, behind Sentinels."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__([server], params)  # a comma parts Sentinels here, not servers of shards
        self._class = SentinelCacheClient
