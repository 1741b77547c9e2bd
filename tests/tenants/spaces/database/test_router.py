"""The place of a migration is read from the connection that runs it."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from tenants.spaces.database.router import SpaceRouter


@pytest.mark.parametrize(("where", "answer"), [("north", None), ("public", False)])
def test_router_answers_alike_beside_a_running_loop(
    monkeypatch: pytest.MonkeyPatch, where: str, answer: object
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # a browser keeps a loop in its thread

    async def router_answer() -> bool | None:
        owner: Any = connections["owner"]
        owner.set_schema(where)
        return SpaceRouter().allow_migrate("owner", "classifieds")

    with ThreadPoolExecutor(1) as thread:  # the current thread may have a loop already
        assert thread.submit(lambda: asyncio.run(router_answer())).result() is answer
