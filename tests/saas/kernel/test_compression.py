"""Pages are sent compressed, and their secrets are masked in each response."""

import gzip
import re
from typing import Any

import pytest
from django.conf import settings

from saas.accounts.models import User
from tests.fixtures.people import Browse, SpaceClient

PACKED = {"accept-encoding": "gzip, deflate, br, zstd"}
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


def page_of(client: SpaceClient, path: str) -> tuple[Any, str]:
    """Ask as a browser does; return the answer and its page."""
    answer = client.get(path, headers=PACKED)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    return answer, gzip.decompress(answer.content).decode()


@pytest.mark.parametrize("path", ["/", "/signin/", "/nowhere/"])
def test_page_leaves_compressed_for_a_browser_that_can_read_it(
    browse: Browse, owner: User, path: str
) -> None:
    client = browse(owner) if path == "/" else browse()
    answer, text = page_of(client, path)
    plain = client.get(path)
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert len(answer.content) < len(plain.content) / 2
    assert "<html" in text


def test_other_answers_and_a_page_with_a_pass_are_left_plain(browse: Browse, owner: User) -> None:
    for path in ("/api/v1/classifieds/", "/health/live", f"/enter/{'x' * 43}/"):
        answer = browse(owner).get(path, headers=PACKED)
        assert "Content-Encoding" not in answer.headers, path
    assert "<html" in answer.content.decode()


def test_form_s_token_is_masked_anew_and_the_page_s_length_varies_by_chance(browse: Browse) -> None:
    client = browse()
    answers = [page_of(client, "/signin/") for _ in range(20)]
    tokens = [_TOKEN.findall(text)[0] for _answer, text in answers]
    secret = client.cookies[settings.CSRF_COOKIE_NAME].value
    assert len(set(tokens)) == len(tokens)
    assert all(secret not in token for token in tokens)
    assert len({len(answer.content) for answer, _text in answers}) > 5
