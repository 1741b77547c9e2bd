import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from infra.local import datadir
from infra.local.datadir import DataDir
from infra.local.processes import ROOT
from infra.local.servers import postgres_account
from infra.local.words import Trouble


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[DataDir]:
    found = DataDir(tmp_path / "data")
    found.open(reset=False)
    yield found
    found.remove()


def leave_a_finished_demo_in(folder: DataDir) -> None:
    folder.cluster.mkdir()
    (folder.cluster / "PG_VERSION").write_text("18\n")
    folder.seeded.write_text("{}")
    (folder.product / "photo").write_text("kept")


def test_a_second_demo_in_the_same_folder_is_refused(folder: DataDir) -> None:
    with pytest.raises(Trouble) as trouble:
        DataDir(folder.path)
    assert trouble.value.sentence.fr.startswith("Une démo tourne déjà")


@pytest.mark.parametrize("place", ["file", "file/within"])
def test_unusable_data_folder_is_refused_in_a_sentence(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Trouble) as trouble:
        DataDir(tmp_path / place)
    assert "cannot be used as a data folder" in trouble.value.sentence.en


def test_a_finished_demo_is_found_again(folder: DataDir) -> None:
    leave_a_finished_demo_in(folder)
    before = folder.secrets()
    folder.open(reset=False)
    assert (folder.product / "photo").read_text() == "kept"
    assert folder.secrets() == before


def test_a_demo_that_was_never_finished_starts_anew(folder: DataDir) -> None:
    leave_a_finished_demo_in(folder)
    folder.seeded.unlink()
    folder.open(reset=False)
    assert not folder.cluster.exists()
    assert not (folder.product / "photo").exists()


def test_reset_erases_the_demo_and_nothing_else(folder: DataDir) -> None:
    leave_a_finished_demo_in(folder)
    (folder.path / "uv").mkdir()
    before = folder.secrets()
    folder.open(reset=True)
    assert not folder.cluster.exists()
    assert not folder.seeded.exists()
    assert folder.secrets() != before
    assert (folder.path / "uv").exists()


@pytest.mark.parametrize("written", ["format", "PG_VERSION"])
def test_the_data_of_another_version_is_refused_until_reset(folder: DataDir, written: str) -> None:
    leave_a_finished_demo_in(folder)
    place = folder.path if written == "format" else folder.cluster
    (place / written).write_text("17\n")
    with pytest.raises(Trouble, match="--reset"):
        folder.open(reset=False)
    folder.open(reset=True)
    assert not folder.cluster.exists()


def test_folder_of_an_older_troovon_says_so_and_what_to_do(folder: DataDir) -> None:
    leave_a_finished_demo_in(folder)
    number, _, rest = datadir.FORMAT.partition(" ")
    (folder.path / "format").write_text(f"{int(number) - 1} {rest}")
    with pytest.raises(Trouble) as trouble:
        folder.open(reset=False)
    french, english = trouble.value.sentence
    assert "un Troovon plus ancien" in french
    assert "--reset" in french
    assert "an older Troovon, whose tables have been redone" in english
    assert "--data-dir to keep it" in english
    assert folder.cluster.exists()
    folder.open(reset=True)
    assert not folder.cluster.exists()
    assert (folder.path / "format").read_text() == datadir.FORMAT


def test_a_full_disk_is_reported_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=1))
    with pytest.raises(Trouble, match="500 MB"):
        DataDir(tmp_path / "data")


def test_only_the_owner_reads_the_secrets(folder: DataDir) -> None:
    folder.secrets()
    mode = (folder.path / "secrets.json").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_folder_of_a_killed_run_is_removed_but_never_a_living_one(folder: DataDir) -> None:
    datadir.remove_if_abandoned(folder.path)
    assert folder.path.exists()
    killed = folder.path.with_name("killed")
    killed.mkdir()
    (killed / "lock").touch()
    datadir.remove_if_abandoned(killed)
    assert not killed.exists()


def test_prepared_needs_the_static_files_and_is_forgotten_when_the_code_changes(
    folder: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.mark_prepared()
    assert not folder.is_prepared()
    (folder.product / "static").mkdir()
    (folder.product / "static" / "staticfiles.json").write_text("{}")
    folder.mark_prepared()
    assert folder.is_prepared()
    monkeypatch.setattr(datadir, "PREPARED_FROM", ("manage.py",))
    assert not folder.is_prepared()


def test_fingerprint_covers_what_makes_a_demos_data() -> None:
    covered = {found for pattern in datadir.PREPARED_FROM for found in ROOT.glob(pattern)}
    seed = ("infra/demo/seed/world.py", "infra/demo/ticking.py")
    assert {ROOT / path for path in ("saas/urls_tenant.py", "infra/settings.py", *seed)} <= covered


def test_a_folder_made_again_never_finds_the_place_of_its_predecessor(tmp_path: Path) -> None:
    if postgres_account.account() is None:
        pytest.skip("only root keeps PostgreSQL outside the folder")
    first = tmp_path / "data"
    first.mkdir()
    before = postgres_account.of(first)
    shutil.rmtree(first)
    first.mkdir()
    after = postgres_account.of(first)
    assert after != before
    assert not before.exists()
    shutil.rmtree(after)
