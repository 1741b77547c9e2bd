"""Clients of Valkey: of one server by its URL, or of the one that Sentinels name at the moment.

`sentinel://:password@host1:26379,host2:26379/0?master=troovon` names the Sentinels, the group that
they watch and, by `sentinel_password`, their own password.
"""

from typing import Any

import redis
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.sentinel import Sentinel, SentinelConnectionPool

from saas.environment import SentinelAddress, sentinels


def client(url: str, **options: Any) -> "redis.Redis[bytes]":
    """Return a client of a URL of settings."""
    address = sentinels(url)
    if address is None:
        return redis.Redis.from_url(url, **options)
    return _manager(address, options).master_for(address.master, redis.Redis)


def _manager(address: SentinelAddress, options: dict[str, Any]) -> Sentinel:
    """Return what asks the Sentinels; their answers are awaited as long as the server's own."""
    secret = {"password": address.sentinel_password} if address.sentinel_password else {}
    return Sentinel(
        address.hosts,
        sentinel_kwargs={**options, **secret},
        password=address.password or None,
        db=address.number,
        **options,
    )


class SentinelCacheClient(RedisCacheClient):
    """Django's client, with connections to the server that Sentinels name."""

    def _get_connection_pool(self, write: bool) -> Any:  # noqa: FBT001 - Django's form
        index = self._get_connection_pool_index(write)
        if index not in self._pools:
            address = sentinels(self._servers[0])
            if address is None:
                raise ValueError("CACHE_URL names no Sentinels")
            options = {name: value for name, value in self._pool_options.items() if name != "db"}
            timeouts = {name: options[name] for name in options if name.startswith("socket_")}
            self._pools[index] = SentinelConnectionPool(
                address.master,
                _manager(address, timeouts),
                db=address.number,
                password=address.password or None,
                **options,
            )
        return self._pools[index]


class SentinelCache(RedisCache):
    """Django's cache in Valkey, behind Sentinels."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__([server], params)  # a comma parts Sentinels here, not servers of shards
        self._class = SentinelCacheClient
