"""The answer to a conversation on a phone: nothing lies over the field or its button."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from saas.accounts.models import User
from tenants.community.conversations.models import Conversation
from tests.fixtures.people import Browse
from tests.tenants.community.classifieds.making import make_classified

TOPMOST_IS_PART_OF = """(element) => {
  const { left, top, width, height } = element.getBoundingClientRect();
  return [0.05, 0.5, 0.95].every((part) =>
    element.contains(document.elementFromPoint(left + width / 2, top + height * part)));
}"""


def talk_of(owner: User, asker: User, browse: Browse, many: int) -> str:
    """Send that many messages about the owner's classified; return the page's address."""
    classified = make_classified(owner, at=timezone.now() - dt.timedelta(hours=1))
    url = f"/messages/begin/classified/{classified.reference}/"
    client = browse(asker)
    for number in range(many):
        client.post(url, {"text": f"Bonjour, est-ce encore libre ? ({number})"})
        url = Conversation.objects.get().get_absolute_url()
    return url


def parts_of_answer(page: Page) -> list[Locator]:
    """Return the field for the answer, and the button that sends it."""
    answer = page.locator("form.answer")
    return [answer.get_by_role("textbox"), answer.get_by_role("button", name="Envoyer")]


@pytest.mark.parametrize("many", [1, 20])
def test_answer_on_a_phone_is_never_under_the_bar(
    window_of: Callable[..., Page], browse: Browse, owner: User, teammate: User, many: int
) -> None:
    url = talk_of(owner, teammate, browse, many)
    page = window_of(owner, width=360, height=740)
    page.goto(url)
    expect(page.locator(".tabs")).to_be_in_viewport()

    for position in ("0", "document.body.scrollHeight / 2", "document.body.scrollHeight"):
        page.evaluate(f"scrollTo(0, {position})")
        for part in parts_of_answer(page):
            assert part.evaluate(TOPMOST_IS_PART_OF), (part, position)
