"""Library commands that are wrong here name the right command."""

import pkgutil

import django_tenants.management.commands as library
import pytest
from django.core.management import call_command, get_commands, load_command_class
from django.core.management.base import CommandError

OF_DJANGO = ["migrate", "test", "createsuperuser"]
OF_THE_LIBRARY = [found.name for found in pkgutil.iter_modules(library.__path__)]
REFUSED = sorted({*OF_DJANGO, *OF_THE_LIBRARY})
RIGHT = ["manage.py space", "manage.py prepare", "manage.py operator", "uv run pytest", "collectst"]


@pytest.mark.parametrize("name", REFUSED)
def test_command_is_refused_and_names_the_right_one(name: str) -> None:
    """A command that a later release of the library brings is not refused, and fails here."""
    assert get_commands()[name] == "saas.kernel"
    with pytest.raises(CommandError) as refusal:
        call_command(name)
    assert any(right in str(refusal.value) for right in RIGHT)


def test_the_library_brings_the_commands_that_we_know_of() -> None:
    assert {"create_missing_schemas", "migrate_schemas", "delete_tenant"} <= set(OF_THE_LIBRARY)


@pytest.mark.parametrize("words", [["create_missing_schemas"], ["test", "--parallel", "tests"]])
def test_refusal_has_words_and_a_code(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        load_command_class("saas.kernel", words[0]).run_from_argv(["manage.py", *words])
    assert end.value.code == 1
    assert capsys.readouterr().err.startswith(f"{words[0]}: ")
