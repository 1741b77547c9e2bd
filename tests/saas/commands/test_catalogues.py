from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import copy
from threading import Barrier
from typing import BinaryIO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo, write_mo

from saas.commands import catalogues

ROOT = Path(catalogues.__file__).parents[2]


def test_two_processes_that_start_on_a_fresh_tree_both_end_with_whole_catalogues(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both_write = Barrier(2)

    def write_beside_the_other(binary: BinaryIO, catalogue: Catalog) -> None:
        both_write.wait(timeout=30)
        write_mo(binary, catalogue)

    monkeypatch.setattr(catalogues, "write_mo", write_beside_the_other)
    words = tmp_path / "en" / "LC_MESSAGES"
    words.mkdir(parents=True)
    copy(ROOT / "saas" / "locale" / "en" / "LC_MESSAGES" / "django.po", words)
    compiled = words / "django.mo"

    with ThreadPoolExecutor(2) as starts:
        list(starts.map(catalogues.compile_all, [[tmp_path], [tmp_path]]))

    with compiled.open("rb") as binary:
        assert len(read_mo(binary)) > 1000
    assert sorted(path.name for path in words.iterdir()) == ["django.mo", "django.po"]
