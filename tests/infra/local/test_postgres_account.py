"""Places outside root's folders, in which its clusters live, and how those left are swept."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from infra.local import postgres_account


def test_place_that_another_run_sweeps_at_the_same_time_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / f"{postgres_account.PREFIX}0123456789abcdef"
    listed = SimpleNamespace(glob=lambda _pattern: [gone])
    monkeypatch.setattr(postgres_account, "_common", lambda: listed)
    postgres_account.sweep()
    assert not gone.exists()
