"""`manage.py operator add`: the only way in to the console, for whoever holds the machine."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from saas.accounts import actions as accounts
from saas.accounts.models import User
from saas.console.models import Operator
from saas.kernel import schema
from saas.kernel.errors import Refused
from tests.fixtures.patience import PATIENCE

ROOT = Path(__file__).resolve().parents[3]


def run(*words: str) -> subprocess.CompletedProcess[str]:
    """Run the command as whoever holds the owner's login."""
    environment = os.environ | {
        "TROOVON_PROCESS": "manage",
        "DJANGO_SETTINGS_MODULE": "saas.settings",
    }
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "manage.py", "operator", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_an_operator_is_let_in_once_by_the_link_that_is_printed(own_database: None) -> None:
    done = run("add", "Agathe@Troovon.example", "--first-name", "Agathe", "--last-name", "Roy")
    assert done.returncode == 0, done.stderr
    link = done.stdout.strip()
    assert link.startswith(f"http://ops.{settings.BASE_HOST}/enter/")
    token = link.rstrip("/").rpartition("/")[2]
    with schema.in_public():
        user = accounts.use_pass(token=token, at=timezone.now())
        assert (user.email, user.display_name) == ("agathe@troovon.example", "Agathe Roy")
        assert not user.has_usable_password()
        assert Operator.objects.filter(user_id=user.pk).exists()
        with pytest.raises(Refused):
            accounts.use_pass(token=token, at=timezone.now())


def test_adding_somebody_twice_makes_one_operator(own_database: None) -> None:
    assert run("add", "agathe@troovon.example").returncode == 0
    again = run("add", "AGATHE@troovon.example")
    assert again.returncode == 0
    assert "/enter/" in again.stdout
    with schema.in_public():
        assert Operator.objects.count() == User.objects.count() == 1


def test_an_address_that_is_none_is_refused_in_a_sentence(own_database: None) -> None:
    refused = run("add", "agathe")
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert "Traceback" not in refused.stderr
    with schema.in_public():
        assert not User.objects.exists()


def test_the_app_s_own_login_makes_no_operator() -> None:
    with pytest.raises(CommandError, match="as the owner"):
        call_command("operator", "add", "agathe@troovon.example")
