"""The benches’ peers run the same models on stock software, which must take them."""

import os
import sys

from infra.local import environment
from tests.fixtures.programs import run_program

ERRORS = """
import django; django.setup()
from django.core import checks
found = checks.run_checks(tags=["models"], databases=["default"])
print(*(error.id for error in found if error.level >= checks.ERROR))
"""
MIGRATION = """
import django; django.setup()
from django.core.management import get_commands
print(get_commands()["migrate_schemas"])
"""


def asked(settings: str, program: str) -> str:
    """Run a program under a peer's settings, and return its output."""
    known = {name: os.environ[name] for name in environment.NAMES if name in os.environ}
    peer = {"DJANGO_SETTINGS_MODULE": f"infra.benches.settings.{settings}"}
    env = {"PATH": os.environ["PATH"], **known, **peer}
    done = run_program([sys.executable, "-c", program], env=env)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_plain_django_finds_no_error_in_our_models() -> None:
    assert asked("single_schema", ERRORS) == ""


def test_stock_tenants_found_a_space_with_their_own_command_which_ours_refuses() -> None:
    assert asked("stock_tenants", MIGRATION) == "django_tenants"
