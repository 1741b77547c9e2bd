"""The text of a page as its reader sees it."""

import html
import re

from tenants.community.neighbourhood.queries import live
from tests.fixtures.people import SpaceClient


def with_plain_spaces(text: str) -> str:
    """The same words with ordinary spaces."""
    return re.sub(r"\s+", " ", text).strip()


def text_in(page: bytes) -> str:
    """The words of a page, without its tags."""
    return with_plain_spaces(html.unescape(re.sub(r"<[^>]+>", " ", page.decode())))


def text_of(client: SpaceClient, url: str, status: int = 200) -> str:
    live.forget()  # renewed after a commit, and a test's transaction has none
    response = client.get(url)
    assert response.status_code == status, response.content[:300]
    return text_in(response.content)
