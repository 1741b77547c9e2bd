"""`manage.py operator add`: the only way into the console, for the machine's owner."""

import io

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
from tests.fixtures.programs import run_manage
from tests.tenants.spaces.database import connecting


def add(*words: str) -> str:
    """Run the command as the owner's process would; return its output."""
    printed = io.StringIO()
    with connecting.as_owner():
        call_command("operator", "add", *words, stdout=printed, stderr=io.StringIO())
    return printed.getvalue()


def test_an_operator_is_let_in_once_by_the_link_that_is_printed(own_database: None) -> None:
    names = ("--first-name", "Agathe", "--last-name", "Roy")
    done = run_manage("operator", "add", "Agathe@Troovon.example", *names, "--skip-checks")
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


def test_adding_somebody_twice_makes_one_operator_and_no_address_none(own_database: None) -> None:
    with pytest.raises(CommandError, match="adresse"):
        add("agathe")
    add("agathe@troovon.example")
    assert "/enter/" in add("AGATHE@troovon.example")
    with schema.in_public():
        assert Operator.objects.count() == User.objects.count() == 1


def test_the_app_s_own_login_makes_no_operator() -> None:
    with pytest.raises(CommandError, match="as the owner"):
        call_command("operator", "add", "agathe@troovon.example")
