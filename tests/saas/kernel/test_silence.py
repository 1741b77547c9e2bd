"""Only the first request waits for a store or broker that hangs; later requests fail at once."""

import socket
from collections.abc import Iterator

import pytest
from celery import Task
from django.core.cache.backends.redis import RedisCache

from saas.kernel import cache, silence, tasks
from saas.kernel.silence import Silence, SilentError
from tenants.community.conversations.tasks import mail_message


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Replace the monotonic clock, and return its seconds."""
    now = [1000.0]
    monkeypatch.setattr("saas.kernel.silence.time.monotonic", lambda: now[0])
    return now


def fail_after(server: Silence, seconds: float, clock: list[float]) -> None:
    """Ask a server that does not answer, and wait for so long."""
    with pytest.raises(TimeoutError), server.asking():
        hang(clock, seconds)


def hang(clock: list[float], seconds: float) -> None:
    clock[0] += seconds
    raise TimeoutError


def test_server_that_hung_is_asked_again_after_a_while_by_one(clock: list[float]) -> None:
    server = Silence()
    fail_after(server, 2, clock)
    with pytest.raises(SilentError), server.asking():
        raise AssertionError
    clock[0] += silence.SILENT_SECONDS
    with server.asking(), pytest.raises(SilentError), server.asking():  # the second fails at once
        raise AssertionError
    with server.asking():
        pass


def test_server_that_refuses_at_once_is_asked_each_time(clock: list[float]) -> None:
    server = Silence()
    for _ in range(3):
        fail_after(server, 0.01, clock)


def test_broker_that_hangs_holds_up_one_job_and_not_the_next(
    clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "_broker", Silence())
    monkeypatch.setattr(Task, "apply_async", lambda *_args, **_how: hang(clock, 2))
    with pytest.raises(TimeoutError):
        tasks.send(mail_message, 1)
    began = clock[0]
    with pytest.raises(SilentError):
        tasks.send(mail_message, 1)
    assert clock[0] == began


@pytest.fixture
def hung_store(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """Yield a store that accepts connections and never responds."""
    monkeypatch.setattr(silence, "HUNG_SECONDS", 0.05)
    monkeypatch.setattr(cache, "_silence", Silence())
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        url = f"redis://127.0.0.1:{server.getsockname()[1]}/0"
        options = {"socket_timeout": 0.1, "retry": None}
        monkeypatch.setattr(cache, "cache", RedisCache(url, {"OPTIONS": options}))
        yield server


def test_hung_store_is_asked_once_by_a_page_with_many_questions(hung_store: socket.socket) -> None:
    for _ in range(3):
        assert cache.stored_value("word", "nothing") == "nothing"
        assert cache.counted("tries", seconds=9) is None
        cache.count_each(["shown"], seconds=9)
        assert cache.claimed("turn", seconds=9)
    hung_store.accept()[0].close()
    with pytest.raises(BlockingIOError):
        hung_store.accept()
