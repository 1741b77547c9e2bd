"""The front page of a full space in a browser: how much it fetches, and when its pictures come."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from playwright.sync_api import Page, expect

from saas.accounts.models import User
from saas.kernel import private_pictures
from saas.kernel.uploads import pictures
from tests.tenants.community.classifieds.making import make_classified, make_picture, picture_bytes

type WindowOf = Callable[..., Page]

PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 860}


@pytest.fixture
def full_space(owner: User) -> User:
    """Twenty classifieds, each with its picture, in the north."""
    content = picture_bytes("WEBP", (160, 120))
    for number in range(20):
        at = timezone.now() - dt.timedelta(hours=number)
        classified = make_classified(owner, title=f"Objet {number}", at=at)
        picture = make_picture(owner, classified)
        for width in pictures.WIDTHS:
            default_storage.save(
                private_pictures.file_of(picture.name, width), ContentFile(content)
            )
    return owner


def requests_of_home(page: Page) -> list[str]:
    """Load the home page until the network is idle, and return the URLs that it requested."""
    calls: list[str] = []
    page.on("request", lambda request: calls.append(request.url))
    page.goto("/", wait_until="networkidle")
    return calls


@pytest.mark.parametrize(("size", "most"), [(PHONE, 12), (DESKTOP, 14)])
def test_full_home_keeps_within_its_requests(
    window_of: WindowOf, full_space: User, size: dict[str, int], most: int
) -> None:
    requested = requests_of_home(window_of(full_space, **size))

    assert len(requested) <= most


@pytest.mark.parametrize("script", [True, False])
def test_picture_below_comes_when_one_scrolls_to_it(
    *, window_of: WindowOf, full_space: User, script: bool
) -> None:
    page = window_of(full_space, **PHONE, script=script)
    page.goto("/")
    last = page.locator(".tile img").last

    last.locator("xpath=ancestor::article").scroll_into_view_if_needed()

    expect(last).to_be_visible()
    expect(last).not_to_have_js_property("naturalWidth", 0)


def test_picture_that_came_stays_when_one_scrolls_away(
    window_of: WindowOf, full_space: User
) -> None:
    page = window_of(full_space, **PHONE)
    page.goto("/")
    last = page.locator(".tile img").last
    last.locator("xpath=ancestor::article").scroll_into_view_if_needed()
    expect(last).to_have_js_property("loading", "eager")

    page.evaluate("scrollTo(0, 0)")

    expect(last).to_be_visible()
