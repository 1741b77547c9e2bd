"""The drill `notifications`: days end well though players die, and a planted fault is found."""

import random
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from infra.drills import notifications
from infra.drills.inside import news, news_audit, news_faults
from saas.kernel import schema
from saas.kernel.tasks import TenantTask
from tenants.community.notifications import rules, tasks


def life_of(deaths: int) -> news.Step:
    """Let a player die after some steps, inside the test's own process."""
    left = random.Random(f"test:{deaths}").randint(300, 2500)  # noqa: S311 - the same each time

    def step(weight: int) -> None:
        nonlocal left
        left -= weight
        if left <= 0:
            raise news.Dead

    return step


def play(days: int, folder: Path) -> tuple[dict[str, Any], int]:
    """Play days through as many players as it takes, and read the tape."""
    since = 0
    for deaths in range(200):
        player = news.Player(1, folder / "tape.jsonl", life_of(deaths))
        try:
            for number in player.play(days, since=since):
                since = number + 1
        except news.Dead:
            continue
        news.tape.step = lambda _weight: None
        with schema.inside(news.SPACE):
            return news_audit.audit(1, days), deaths
    raise AssertionError("nobody came to the end")


@pytest.fixture
def patches_undone(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """Restore the objects that a player and a fault replace."""
    monkeypatch.setattr(TenantTask, "apply_async", TenantTask.apply_async)
    monkeypatch.setattr(timezone, "now", timezone.now)
    monkeypatch.setattr(tasks, "_mail_one", tasks._mail_one)  # noqa: SLF001 - what is broken
    monkeypatch.setattr(rules, "rhythm_of", rules.rhythm_of)
    settings.MAILERS = settings.MAILERS
    settings.PUSH_CARRIER = settings.PUSH_CARRIER


def test_days_of_notifications_hold_though_players_die(
    own_database: None, patches_undone: None, tmp_path: Path
) -> None:
    result, deaths = play(5, tmp_path)
    assert result["wrong"] == []
    assert result["letters"] > 20
    assert result["digests"] > 5
    assert deaths > 3
    connections.close_all()


@pytest.mark.proof
@pytest.mark.parametrize("plant", sorted(notifications.FAULTS))
def test_planted_fault_is_found(
    own_database: None, patches_undone: None, tmp_path: Path, plant: str
) -> None:
    news_faults.FAULTS[plant]()
    result, _deaths = play(6, tmp_path)
    assert result["wrong"]
    connections.close_all()
