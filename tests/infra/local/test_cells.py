"""A demo over two PostgreSQL clusters: its output, and the main job in both."""

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from infra.local import cells, description, processes
from infra.local.datadir import DataDir, write_privately
from infra.local.demo import main_job, throw_away
from infra.local.progress import Progress
from infra.local.stack import Stack
from tests.fixtures.patience import PATIENCE
from tests.infra.local.test_description import TOWN


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[DataDir]:
    folder = DataDir(tmp_path / "data")
    folder.open(reset=False)
    write_privately(folder.seeded, TOWN)
    yield folder
    folder.remove()


def test_description_names_the_cell_and_its_spaces(
    folder: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cells.Cell, "places", lambda _cell, _home: {"t_parc": "east"})
    stack = Stack(folder, port=8007, cells=2)
    described = description.described(stack)
    assert [space["cell"] for space in described["spaces"]] == ["east"]
    [cell] = described["cells"]
    assert (cell["name"], cell["spaces"]) == ("east", ["parc"])
    assert cell["url"].startswith("postgresql://troovon_app:")
    assert "(cell east)" in description.closing_block(stack, "en")
    assert "(cellule east)" in description.closing_block(stack, "fr")


def test_demo_without_cells_names_none(folder: DataDir) -> None:
    stack = Stack(folder, port=8007)
    described = description.described(stack)
    assert described["cells"] == []
    assert [space["cell"] for space in described["spaces"]] == ["home"]
    assert "CELLS" not in stack.settings(with_owner=True)


def test_folder_with_a_cell_keeps_it(folder: DataDir) -> None:
    folder.cell.mkdir()
    assert "east" in Stack(folder, port=8007).settings(with_owner=False)["CELLS"]
    folder.clear()
    assert "CELLS" not in Stack(folder, port=8007).settings(with_owner=False)


def test_only_owners_settings_hold_the_cells_owner(folder: DataDir) -> None:
    stack = Stack(folder, port=8007, cells=2)
    assert "troovon_owner" not in str(stack.settings(with_owner=False))
    assert "troovon_owner" in stack.settings(with_owner=True)["CELL_OWNERS"]


@pytest.mark.proof
def test_main_job_founds_in_both_clusters() -> None:
    with throw_away(Progress("en"), partial(Stack, cells=2)) as stack:
        assert main_job(stack, as_json=True) == 0
        processes.finish(
            stack.begin_management("cell", "list", "--json", as_owner=True), seconds=PATIENCE
        )
        rows = json.loads(stack.output("cell").read_text())
        assert {row["cell"]: row["spaces"] > 0 for row in rows} == {"home": True, "east": True}
        assert not [fault for row in rows for fault in row["faults"]]
