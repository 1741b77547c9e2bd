"""Mistakes in views that are refused at run time."""

import logging
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.conf import settings as configured
from django.contrib.auth.decorators import login_not_required
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.errors import WrongSpaceError
from saas.kernel.watching import log_context
from tests.fixtures import answers
from tests.fixtures.people import SpaceClient, make_user


@login_not_required
def named_by_its_address(_request: HttpRequest, space: str) -> HttpResponse:
    """Enter the space that the address names."""
    with schema.inside(space):
        return HttpResponse(User.objects.get().first_name)


@login_not_required
def read_while_sent(_request: HttpRequest) -> StreamingHttpResponse:
    """Read each line when it is its turn."""

    def lines() -> Iterator[str]:
        yield from (f"{person.first_name}\n" for person in User.objects.all())

    return StreamingHttpResponse(lines())


@login_not_required
def read_before(_request: HttpRequest) -> StreamingHttpResponse:
    """Read all lines before the response streams them."""
    lines = [f"{name}\n" for name in User.objects.values_list("first_name", flat=True)]
    return StreamingHttpResponse(iter(lines))


@login_not_required
def cookie(request: HttpRequest) -> HttpResponse:
    """Read and set a signed cookie."""
    read = request.get_signed_cookie("__Host-tried", default="", salt="tried")
    response = HttpResponse(read)
    response.set_signed_cookie(
        "__Host-tried", "seen", salt="tried", secure=True, httponly=True, samesite="Lax"
    )
    return response


urlpatterns = [
    path("space/<slug:space>/", named_by_its_address),
    path("late/", read_while_sent),
    path("early/", read_before),
    path("cookie/", cookie),
]


type Planted = Callable[[str], SpaceClient]


@pytest.fixture
def planted(settings: Any, db: None) -> Planted:
    """Serve these views on every host; return a function that opens a browser on a host."""
    settings.ROOT_URLCONF = settings.PUBLIC_SCHEMA_URLCONF = __name__
    for name in ("north", "south"):
        with schema.inside(name):
            make_user(name)
    base = configured.BASE_HOST
    return lambda space: SpaceClient(f"{space}.{base}" if space else base)


@pytest.mark.parametrize("host", ["north", ""])
def test_view_enters_no_space_of_its_address_but_its_host_s(planted: Planted, host: str) -> None:
    with pytest.raises(WrongSpaceError, match="entered south"):
        planted(host).get("/space/south/")
    assert schema.current() == schema.PUBLIC
    assert planted("north").get("/space/north/").content == b"north"


def test_an_answer_is_not_read_while_it_is_sent(planted: Planted) -> None:
    answer: Any = planted("north").get("/late/")
    with pytest.raises(WrongSpaceError, match="while it was sent"):
        b"".join(answer.streaming_content)
    assert not schema.connection().is_silent
    answer = planted("north").get("/early/")
    assert b"".join(answer.streaming_content) == b"north\n"


def test_a_signed_cookie_of_one_space_says_nothing_in_another(planted: Planted) -> None:
    north = planted("north")
    north.get("/cookie/")
    assert north.get("/cookie/").content == b"seen"
    for space in ("south", ""):
        elsewhere = planted(space)
        elsewhere.cookies = north.cookies
        assert elsewhere.get("/cookie/").content == b"", space


@pytest.mark.parametrize("way", [transaction.on_commit, connection.on_commit])
def test_call_on_commit_by_any_name_runs_in_the_space_that_queued_it(
    own_database: None, way: Callable[..., None]
) -> None:
    seen: list[str] = []
    with transaction.atomic(), schema.inside("north"):
        way(lambda: seen.append(schema.current()))
    assert seen == ["north"]
    assert schema.current() == schema.PUBLIC


PRIVATE = "Rendez-vous à midi près du local à vélos"


@pytest.mark.parametrize("shown", [PRIVATE, [PRIVATE], {"text": PRIVATE}, SimpleNamespace(a=1)])
def test_text_of_people_is_not_in_our_log(caplog: pytest.LogCaptureFixture, shown: object) -> None:
    logging.getLogger("tenants.community.conversations.actions").error("sent %s", shown)
    assert "midi" not in caplog.text
    assert caplog.messages[0].startswith("sent ")
    caplog.records[-1].hidden = ()


@pytest.mark.parametrize("shown", [7, "PA-7K3Q9M2XB", None, log_context.Vouched("two words")])
def test_numbers_and_names_are_in_our_log(caplog: pytest.LogCaptureFixture, shown: object) -> None:
    logging.getLogger("tenants.community.conversations.actions").error("sent %s", shown)
    assert caplog.messages == [f"sent {shown}"]


class Typed(forms.Form):
    """A form with two fields, for pages that omit a field."""

    title = forms.CharField()
    role = forms.CharField()


@pytest.mark.parametrize(
    ("html", "missing"),
    [
        ('<input name="title"><input name="role">', []),
        ('<input name="title">', ["Typed does not show role"]),
        ("<p>nothing of the form</p>", []),
    ],
)
def test_a_field_that_its_page_does_not_show_is_found(html: str, missing: list[str]) -> None:
    response: Any = HttpResponse(html)
    response.context = [{"form": Typed()}]
    assert list(answers.field_faults(response)) == missing


@pytest.mark.parametrize(
    ("options", "many"),
    [
        ({"secure": True, "httponly": True, "samesite": "Lax"}, 0),
        ({"secure": False, "httponly": True, "samesite": "Lax"}, 1),
        ({"secure": True, "httponly": False, "samesite": "Lax"}, 1),
        ({"secure": True, "httponly": True, "samesite": "None"}, 1),
        ({"secure": True, "httponly": True, "samesite": "Lax", "domain": "localhost"}, 1),
    ],
)
def test_cookie_that_leaves_its_host_or_tls_is_found(options: dict[str, Any], many: int) -> None:
    response = HttpResponse()
    response.set_cookie("__Host-session", "x", **options)
    assert len(list(answers.cookie_faults(response))) == many


SPACE = f"{configured.BASE_SCHEME}://north.{configured.BASE_HOST}"
SOUND = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"


@pytest.mark.parametrize(
    ("policy", "sound"),
    [
        (SOUND, True),
        (f"{SOUND}; script-src 'self' 'unsafe-inline'", False),
        (f"{SOUND}; script-src 'nonce-abc'", False),
        (f"{SOUND}; style-src 'unsafe-inline'", False),
        (f"{SOUND}; script-src https://cdn.example", False),
        (SOUND.replace("base-uri 'none'; ", ""), False),
        (SOUND.replace("action 'self'", f"action 'self' {SPACE}"), True),
        (SOUND.replace("action 'self'", f"action 'self' {SPACE} {SPACE}/other"), False),
        (SOUND.replace("action 'self'", "action 'self' https://evil.example"), False),
        (SOUND.replace("default-src 'self'", f"default-src 'self' {SPACE}"), False),
        (f"{SOUND}; style-src 'unsafe-inline'; sandbox", True),
        (f"{SOUND}; style-src 'unsafe-inline'; sandbox allow-scripts", False),
    ],
)
def test_a_policy_that_lets_text_run_is_found(policy: str, *, sound: bool) -> None:
    assert (list(answers.policy_faults(policy)) == []) is sound


@pytest.mark.parametrize("before", ["north.", "", "ops."])
def test_each_host_has_the_policy_and_the_cookies_that_are_asked_for(db: None, before: str) -> None:
    """The browser of each test looks at them; here is shown that there is something to look at."""
    answer = SpaceClient(f"{before}{configured.BASE_HOST}").get("/signin/")
    assert answer.cookies
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")
