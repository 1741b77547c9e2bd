"""Passwords as they are typed, a way out on each page, refusals in the log."""

import importlib
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.conf import settings

from saas.accounts.forms import LONGEST_PASSWORD
from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.forms import ActionForm
from tests.fixtures.people import Browse, make_user

SECRET = "  Trois mots, et un Moulin  "
STRANGE = ("Trois mots, et un Moulin", SECRET.lower(), SECRET.rstrip(), SECRET[:20])


def form_classes(parent: type[Any] = ActionForm) -> Iterator[type[forms.Form]]:
    for child in parent.__subclasses__():
        yield child
        yield from form_classes(child)


def test_each_password_is_typed_unseen_and_as_it_is() -> None:
    for conf in (settings.PUBLIC_SCHEMA_URLCONF, settings.ROOT_URLCONF, settings.OPERATOR_URLCONF):
        importlib.import_module(conf)  # and so each form
    fields = {
        f"{form.__name__}.{name}": field
        for form in form_classes()
        for name, field in form.base_fields.items()
        if "password" in name or name == "current"
    }
    assert len(fields) >= 6
    for name, field in fields.items():
        assert field.widget.input_type == "password", name
        assert not getattr(field, "strip", True), name
        assert field.widget.attrs["autocomplete"] in {"current-password", "new-password"}, name


def test_password_is_verified_as_it_came(browse: Browse, owner: User) -> None:
    owner.set_password(SECRET)
    owner.save()
    for other in STRANGE:
        answer = browse().post("/signin/", {"email": owner.email, "password": other})
        assert answer.status_code == 422, other
    answer = browse().post("/signin/", {"email": owner.email, "password": SECRET})
    assert answer.status_code == 303


def test_password_of_many_signs_is_taken(browse: Browse, owner: User) -> None:
    assert LONGEST_PASSWORD >= 64
    long = "Trois moulins à vent, et un âne gris ! " * 5
    owner.set_password(long)
    owner.save()
    assert browse().post("/signin/", {"email": owner.email, "password": long}).status_code == 303


def test_each_page_leads_its_person_to_sign_out(browse: Browse, owner: User) -> None:
    """The desk's pages show the button, those of a space a link to the page that shows it."""
    with schema.inside(schema.PUBLIC):
        merchant = make_user("Yves")
    out = 'action="/signout/" method="post"'
    assert out in browse(merchant, space="").get("/desk/").content.decode()
    for path in ("/", "/classifieds/", "/messages/"):
        assert 'href="/me/"' in browse(owner).get(path).content.decode(), path
    assert out in browse(owner).get("/me/").content.decode()


@pytest.mark.parametrize("space", ["north", "", "ops"])
def test_trace_is_refused_on_each_host(db: None, browse: Browse, space: str) -> None:
    for path in ("/", "/signin/"):
        answer = browse(space=space).trace(path)
        assert answer.status_code in {302, 403, 404, 405}, (space, path)
        assert b"TRACE" not in answer.content


def test_refusal_leaves_a_line_in_the_log(
    browse: Browse, owner: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "saas.kernel.http")
    assert browse(owner).get("/admin/people/").status_code == 403
    lines = [record.getMessage() for record in caplog.records if record.name == "saas.kernel.http"]
    assert any(line.startswith("GET /admin/people/ 403") for line in lines), lines
    assert settings.LOGGING
