"""The common part of every address of the house."""

import contextlib
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import DataError, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.client import FakePayload

from saas.accounts.models import User
from saas.kernel.http import RefusedMiddleware
from saas.kernel.uploads import pictures
from saas.kernel.web.bodies import MEGABYTE, USUAL_BYTES, most_bytes_at
from saas.kernel.web.static import StaticFilesMiddleware
from tenants.community.classifieds import rules as classifieds
from tests.fixtures.people import Browse


@pytest.mark.parametrize(
    "address",
    ["/people/%00/", "/join/%00/", "/neighbourhood/go/FL-%00/", "/admin/people/?q=%00", "/%00"],
)
def test_nothing_is_at_addresses_no_text_holds(browse: Browse, owner: User, address: str) -> None:
    for person in (owner, None):
        answer = browse(person).get(address)
        assert answer.status_code == 404
        assert "Cette page n’existe pas" in answer.text


def test_file_of_the_next_release_is_served_by_a_process_that_began_before(
    db: None, tmp_path: Path, settings: Any
) -> None:
    settings.STATIC_ROOT = tmp_path / "static"
    (settings.STATIC_ROOT / "folder").mkdir(parents=True)
    (tmp_path / "beside.css").touch()
    served = StaticFilesMiddleware(lambda _request: HttpResponse(status=404))
    (settings.STATIC_ROOT / "new.css").touch()

    def status_of(path: str) -> int:
        request = RequestFactory().get("/")
        request.path_info = f"/static/{path}"
        with contextlib.closing(served(request)) as answer:
            return int(answer.status_code)

    assert status_of("new.css") == 200
    others = ("none.css", "folder", "folder/", "../beside.css", "\0.css", "a" * 5000, "")
    assert {status_of(path) for path in others} == {404}


def test_process_without_a_shared_folder_serves_its_version_for_once(
    db: None, tmp_path: Path, settings: Any
) -> None:
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "sheet.css").write_text("ours")
    served = StaticFilesMiddleware(lambda _request: HttpResponse(status=404))

    def answer(name: str) -> Any:
        request = RequestFactory().get("/")
        request.path_info = f"/static/{name}"
        return served(request)

    with contextlib.closing(answer("sheet.0123456789ab.css")) as later:
        assert (later.status_code, b"".join(later)) == (200, b"ours")
        assert later["Cache-Control"] == "no-store"
    for name in ("other.0123456789ab.css", "sheet.0123.css", "../sheet.0123456789ab.css"):
        assert answer(name).status_code == 404


@pytest.mark.parametrize(("path", "status"), [("/", 200), ("/nowhere/", 404), ("/signout/", 405)])
def test_headers_alone_are_the_page_s(browse: Browse, owner: User, path: str, status: int) -> None:
    assert browse(owner).head(path).status_code == status


def test_the_api_says_itself_what_is_wrong_with_a_question(browse: Browse, owner: User) -> None:
    client, url = browse(owner), "/api/v1/classifieds/"
    answer = client.get(f"{url}?q=%00")
    assert (answer.status_code, list(answer.json()["mistakes"])) == (400, ["q"])
    long = client.generic("POST", url, CONTENT_LENGTH=str(USUAL_BYTES + 1))
    assert long.status_code == 413
    assert "trop lourd" in long.json()["detail"]


def test_a_field_that_no_form_reads_is_refused_where_the_database_refuses_it(db: None) -> None:
    with pytest.raises(DataError) as raised, transaction.atomic():
        User.objects.filter(first_name="\0").exists()
    middleware, request = RefusedMiddleware(HttpResponse), RequestFactory().post("/")
    answer = middleware.process_exception(request, raised.value)
    assert answer is not None
    assert answer.status_code == 422
    assert "Un signe de ce texte" in answer.text


def test_a_body_that_is_too_long_is_refused_before_it_is_read(browse: Browse, owner: User) -> None:
    client = browse(owner)
    for length in (str(80 * MEGABYTE), "9" * 30, "-1", "many"):
        body: Any = FakePayload(b"")
        sent = {"CONTENT_LENGTH": length, "wsgi.input": body}
        answer = client.generic("POST", "/classifieds/new/", **sent)
        assert answer.status_code == 413, length
        assert "trop lourd" in answer.text
        assert not body.read_started


def test_refused_body_has_its_limit_and_what_to_do(browse: Browse, owner: User) -> None:
    for path, most in (("/classifieds/new/", "72 Mo"), ("/signin/", "256 ko")):
        sent: dict[str, Any] = {"CONTENT_LENGTH": str(80 * MEGABYTE)}
        answer = browse(owner).generic("POST", path, **sent)
        assert answer.status_code == 413
        words = answer.text.replace("\u00a0", " ")
        assert f"accepte {most} au plus. Rien n’a été enregistré." in words
        english = browse().generic("POST", path, headers={"accept-language": "en"}, **sent)
        assert "Nothing was saved." in english.text


def test_pictures_of_a_classified_fit_into_what_its_address_takes() -> None:
    most = most_bytes_at("/classifieds/new/", settings.ROOT_URLCONF)
    assert most > pictures.MOST_BYTES * classifieds.MOST_PICTURES
