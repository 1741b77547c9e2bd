"""Headers of pages and cookies: what a browser is told to keep, frame, send on and hide."""

import ast
from http import HTTPStatus

import pytest
from django.conf import settings

from saas.accounts.models import User
from saas.kernel.web.sessions import SessionStore
from tests.api.test_programs import token_of
from tests.architecture.source import ROOT
from tests.fixtures.people import Browse

PASSWORD = "Trois moulins, un âne gris"
POLICY = {
    "default-src": "'self'",
    "img-src": "'self' data: blob:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Content-Type": "text/html; charset=utf-8",
    "Permissions-Policy": "geolocation=(), microphone=()",
}


@pytest.mark.parametrize("space", ["", "ops", "north"])
def test_page_of_each_host_limits_what_a_browser_does(db: None, browse: Browse, space: str) -> None:
    answer = browse(space=space).get("/signin/")
    assert {name: answer[name] for name in HEADERS} == HEADERS
    parts = (part.split(" ", 1) for part in answer["Content-Security-Policy"].split("; "))
    assert {name: value.strip() for name, value in parts} == POLICY


@pytest.mark.parametrize("path", ["/signin/", "/api/v1/classifieds/", "/health/live", "/gone/"])
@pytest.mark.parametrize("space", ["", "ops", "north"])
def test_no_answer_opens_itself_to_other_origins(
    db: None, browse: Browse, space: str, path: str
) -> None:
    for method in ("get", "options"):
        send = getattr(browse(space=space), method)
        answer = send(path, headers={"origin": "https://evil.test", "accept": "*/*"})
        assert not [name for name in answer.headers if name.startswith("Access-Control-")]


def test_session_or_token_in_an_address_opens_nothing(browse: Browse, owner: User) -> None:
    key = browse(owner).cookies[settings.SESSION_COOKIE_NAME].value
    secret = token_of(owner, "classifieds:read").secret
    stranger = browse()
    for name in (settings.SESSION_COOKIE_NAME, "session", "sessionid", "key"):
        assert stranger.get("/me/", {name: key}).status_code != HTTPStatus.OK
    for name in ("token", "access_token", "api_key", "key", "Authorization"):
        answer = stranger.get("/api/v1/classifieds/", {name: secret})
        assert answer.status_code == HTTPStatus.UNAUTHORIZED


@pytest.mark.parametrize("path", ["/", "/me/", "/messages/", "/admin/people/", "/gone/"])
def test_page_of_a_member_is_kept_nowhere(browse: Browse, owner: User, path: str) -> None:
    assert "no-store" in browse(owner).get(path)["Cache-Control"]


def test_cookies_are_secure_and_same_site_and_unseen_by_scripts(
    browse: Browse, owner: User
) -> None:
    owner.set_password(PASSWORD)
    owner.save()
    client = browse()
    client.get("/signin/")
    client.post("/signin/", {"email": owner.email, "password": PASSWORD})
    assert {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME} <= client.cookies.keys()
    for name, cookie in client.cookies.items():
        assert cookie["secure"], name
        assert cookie["httponly"], name
        assert cookie["samesite"] in {"Lax", "Strict"}, name
        assert (cookie["path"], cookie["domain"]) == ("/", ""), name


def test_key_of_a_session_is_long_and_random(db: None) -> None:
    keys = set()
    for _time in range(3):
        session = SessionStore()
        session.create()
        keys.add(str(session.session_key))
    assert len(keys) == 3
    assert all(len(key) >= 32 for key in keys)  # 36 signs: 165 bits


def test_no_setting_shows_failures_in_full() -> None:
    tree = ast.parse((ROOT / "saas" / "settings.py").read_text())
    values = [
        node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and any(isinstance(name, ast.Name) and name.id == "DEBUG" for name in node.targets)
    ]
    assert values == [False]
