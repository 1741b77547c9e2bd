"""Places outside root's folders for its clusters, and the removal of abandoned places."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from infra.local.servers import postgres_account


def test_place_that_another_run_sweeps_at_the_same_time_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / f"{postgres_account.PREFIX}0123456789abcdef"
    listed = SimpleNamespace(glob=lambda _pattern: [gone])
    monkeypatch.setattr(postgres_account, "_common", lambda: listed)
    postgres_account.sweep()
    assert not gone.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's places lie elsewhere")
def test_place_is_not_swept_by_who_looks_while_its_owner_is_written_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_account, "_common", lambda: tmp_path)
    folder = tmp_path / "checkout"
    folder.mkdir()
    place = postgres_account.of(folder)
    write = Path.write_text

    def write_in_two_steps(path: Path, text: str) -> int:
        write(path, "")
        postgres_account.sweep()
        return write(path, text)

    monkeypatch.setattr(Path, "write_text", write_in_two_steps)
    (place / "checkout").unlink()
    for _ in range(2):
        assert postgres_account.of(folder) == place
        assert place.exists()
