"""The words of a page for somebody who reads it."""

import html
import re
from collections.abc import Callable

from tests.fixtures.people import SpaceClient

type Browse = Callable[..., SpaceClient]
type Count = Callable[[SpaceClient, str], list[str]]


def plain(text: str) -> str:
    """The same words with ordinary spaces."""
    return re.sub(r"\s+", " ", text).strip()


def said(page: bytes) -> str:
    """The words of a page, without its tags."""
    return plain(html.unescape(re.sub(r"<[^>]+>", " ", page.decode())))


def text_of(client: SpaceClient, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, response.content[:300]
    return said(response.content)
