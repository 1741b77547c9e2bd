"""Operators: a second factor before any page, short sessions, listed, removed, reset."""

import io

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from saas.accounts.factors import actions as factors
from saas.accounts.factors import queries, rules
from saas.accounts.models import Session, User
from saas.console.models import Operator
from saas.kernel import schema
from tests.fixtures.people import SpaceClient
from tests.saas.console.operators.test_operator_command import add
from tests.tenants.spaces.database import connecting

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def unproven(person_id: int) -> SpaceClient:
    """Return a client of an operator after the password, before the second factor."""
    client = SpaceClient(f"ops.{settings.BASE_HOST}")
    with schema.in_public():
        client.force_login(User.objects.get(pk=person_id), proven=False)
    return client


def protect(person_id: int) -> list[str]:
    with schema.in_public():
        person, now = User.objects.get(pk=person_id), timezone.now()
        code = rules.code_at(SECRET, now.timestamp())
        return factors.set_up(by=person, secret=SECRET, code=code, at=now)


def test_session_of_another_host_opens_no_console(agathe: int, db: None) -> None:
    client = unproven(agathe)
    answer = client.get("/")
    assert (answer.status_code, answer["Location"]) == (303, "/signin/")
    assert client.get("/").status_code == 302


def test_operator_sets_up_a_second_factor_first(console: SpaceClient) -> None:
    session = console.session
    del session["factor_at"]
    session.save()
    for path in ("/", "/orders/", "/operators/"):
        answer = console.get(path)
        assert (answer.status_code, answer["Location"]) == (303, f"/factor/?next={path}")
    assert "lisez ce dessin" in console.get("/factor/?next=/orders/").text


def test_operators_are_listed_with_their_factor(console: SpaceClient, ruben: int) -> None:
    protect(ruben)
    page = console.get("/operators/").text
    assert "Ruben Troovon" in page
    assert "second facteur en place" in page
    assert "sans second facteur" in page


def test_operator_resets_the_factor_of_another(console: SpaceClient, ruben: int) -> None:
    protect(ruben)
    with schema.in_public():
        person = User.objects.get(pk=ruben)
    answer = console.post(f"/operators/{person.reference}/", {"act": "reset"})
    assert answer.status_code == 303
    with schema.in_public():
        assert not queries.has_factor(person)
        notice = list(User.objects.get(pk=ruben).notices or [])[-1]
    assert notice["kind"] == "factor_reset"
    assert notice["origin"] == f"{settings.BASE_SCHEME}://ops.{settings.BASE_HOST}"


def test_operator_resets_not_their_own_factor(console: SpaceClient, agathe: int) -> None:
    protect(agathe)
    with schema.in_public():
        person = User.objects.get(pk=agathe)
    page = console.refused(f"/operators/{person.reference}/", {"act": "reset"})
    assert "Mes sessions" in page
    assert "vous retire" in console.refused(f"/operators/{person.reference}/", {"act": "remove"})


def test_removed_operator_is_out_at_once(
    console: SpaceClient, second: SpaceClient, ruben: int
) -> None:
    assert second.get("/").status_code == 200
    with schema.in_public():
        person = User.objects.get(pk=ruben)
    assert console.post(f"/operators/{person.reference}/", {"act": "remove"}).status_code == 303
    assert second.get("/").status_code == 302
    with schema.in_public():
        assert not Operator.objects.filter(user_id=ruben).exists()
        assert not Session.objects.filter(person_id=ruben).exists()


def run(*words: str) -> str:
    printed = io.StringIO()
    with connecting.as_owner():
        call_command("operator", *words, stdout=printed, stderr=io.StringIO())
    return printed.getvalue()


def test_command_lists_removes_and_adds_again(own_database: None) -> None:
    add("agathe@troovon.example")
    with pytest.raises(CommandError, match="dernier opérateur"):
        run("remove", "agathe@troovon.example")
    add("ruben@troovon.example")
    assert run("list").count("no second factor") == 2
    run("remove", "Ruben@troovon.example")
    assert "ruben" not in run("list")
    with pytest.raises(CommandError, match="is no operator"):
        run("remove", "ruben@troovon.example")
    assert "/enter/" in add("ruben@troovon.example")
    assert "ruben" in run("list")


def test_command_resets_a_second_factor(own_database: None) -> None:
    add("agathe@troovon.example")
    with schema.in_public():
        person = User.objects.get(email="agathe@troovon.example")
    protect(person.pk)
    assert "\tsecond factor" in run("list")
    run("reset-factor", "agathe@troovon.example")
    assert "no second factor" in run("list")
    with pytest.raises(CommandError, match="Aucun second facteur"):
        run("reset-factor", "agathe@troovon.example")
    with pytest.raises(CommandError, match="needs an address"):
        run("remove")
