"""The description that a demo gives of itself."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.local import description
from infra.local.datadir import DataDir, write_privately
from infra.local.stack import Stack

SPACE = {"slug": "parc", "schema": "t_parc", "role": "t_parc", "kind": "park"}
PARC = "http://parc.localhost:8000/"


def person(role: str, name: str) -> dict[str, Any]:
    words = {"email": f"{name}@parc.example", "password": "a word of the demo"}
    return {"role": role, "space": "parc", "url": f"{PARC}signin/", **words}


TOWN = {
    "spaces": [SPACE | {"url": PARC}],
    "people": [person("hr", "claire"), person("employee", "yves"), person("employee", "lea")],
}


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    folder = DataDir(tmp_path / "data")
    folder.open(reset=False)
    yield Stack(folder, port=8007)
    folder.remove()


def test_before_the_seed_there_is_nobody(stack: Stack) -> None:
    described = description.described(stack)
    assert (described["spaces"], described["people"]) == ([], [])
    assert described["openapi"]["space"] is None


def test_a_town_made_at_another_port_is_described_at_todays(stack: Stack) -> None:
    write_privately(stack.folder.seeded, TOWN)
    described = description.described(stack)
    assert described["public"] == "http://localhost:8007"
    assert described["spaces"][0]["url"] == "http://parc.localhost:8007/"
    assert described["people"][0]["url"] == "http://parc.localhost:8007/signin/"
    assert described["openapi"]["space"] == "http://parc.localhost:8007/api/v1/openapi.json"


def test_description_names_all_that_a_program_needs(stack: Stack) -> None:
    described = description.described(stack)
    assert set(described) == {
        *("public", "data_dir", "spaces", "people", "outbox", "openapi", "health", "metrics"),
        *("screen", "database", "cells", "ledger", "valkey", "stripe", "oidc", "pids"),
    }
    assert set(described["stripe"]) == {"api_base", "api_key", "webhook_secrets", "dashboard"}
    assert {"snapshot", "thin"} <= set(described["stripe"]["webhook_secrets"])
    assert described["database"]["url"].startswith("postgresql://troovon_app:")


@pytest.mark.parametrize(
    ("lang", "sentences"),
    [
        ("fr", ["Troovon est prêt", "Qui peut entrer", "Aucun argent ne bouge", "e-mails"]),
        ("en", ["Troovon is ready", "Who can sign in", "No money moves", "E-mails"]),
    ],
)
def test_the_closing_block_says_where_who_and_that_no_money_moves(
    stack: Stack, lang: str, sentences: list[str]
) -> None:
    write_privately(stack.folder.seeded, TOWN)
    block = description.closing_block(stack, lang)
    for sentence in sentences:
        assert sentence in block
    assert "http://localhost:8007/outbox/" in block
    shown = [name for name in ("claire", "yves", "lea") if f"{name}@parc.example" in block]
    assert shown == ["claire", "yves"], "one person for each role"


def test_the_owners_password_is_never_described(stack: Stack) -> None:
    assert stack.secrets["owner"] not in str(description.described(stack))
    assert stack.secrets["superuser"] not in str(description.described(stack))
