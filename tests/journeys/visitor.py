"""A visitor with their own browser, which records all its complaints."""

import io
import json
import operator
import time
import urllib.parse
import urllib.request
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, ConsoleMessage, FilePayload, Locator, Page

from tests.fixtures.patience import PATIENCE

PHONE = (360, 740)
DESKTOP = (1280, 860)
LOCALES = {"fr": "fr-FR", "en": "en-GB"}
TICKED = "on"
# The only line allowed in the console: the browser's own about a refused form.
REFUSED = "Failed to load resource: the server responded with a status of 422"
SERIOUS = {"serious", "critical"}


class Visitor:
    """A person's window; `stop` checks the rules that apply on each page."""

    def __init__(
        self,
        browser: Browser,
        stack: dict[str, Any],
        *,
        lang: str = "fr",
        size: tuple[int, int] = DESKTOP,
        script: bool = True,
    ) -> None:
        self.stack = stack
        self.script = script
        self.complaints: list[str] = []
        self.taps = self.fields = 0
        self.window = browser.new_context(
            locale=LOCALES[lang],
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=script,
            reduced_motion="reduce",
        )
        self.window.set_default_timeout(PATIENCE * 1000)
        self.window.on("console", self._record_console)
        self.window.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.page: Page = self.window.new_page()

    def _record_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(REFUSED):
            self.complaints.append(f"{message.text} ({message.location['url']})")

    def open(self, url: str) -> "Visitor":
        """Open an address, or a path of the current host."""
        self.page.goto(urllib.parse.urljoin(self.page.url, url))
        return self

    def see(self, *words: str) -> "Visitor":
        """Wait for words on the page."""
        for word in words:
            self.shown(word).first.wait_for()
        return self

    def shown(self, words: str) -> Locator:
        """The place of the words on the page for eyes to see; a closed list does not count."""
        return self.page.locator("main").get_by_text(words).filter(visible=True)

    def fill(self, **answers: str | list[str]) -> "Visitor":
        """Answer questions of a form by their names."""
        for name, answer in answers.items():
            for one in answer if isinstance(answer, list) else [answer]:
                self._answer(self.page.locator(f'main [name="{name}"]:not([type=hidden])'), one)
        return self

    def _answer(self, field: Locator, answer: str) -> None:
        self.fields += 1
        kind = field.first.get_attribute("type")
        if kind in {"radio", "checkbox"}:
            # The visible sign is drawn beside the field, which is transparent.
            one = field if answer == TICKED else field.and_(self._worth(answer))
            one.check(force=True)
        elif field.first.evaluate("field => field.tagName") == "SELECT":
            field.first.select_option(answer)
        else:
            field.first.fill(answer)

    def _worth(self, value: str) -> Locator:
        return self.page.locator(f'[value="{value}"]')

    def press(self, words: str) -> "Visitor":
        """Press the button with these words and wait for where it leads."""
        self.taps += 1
        self.page.locator("main").get_by_role("button", name=words).first.click()
        self.page.wait_for_load_state()
        return self

    def follow(self, words: str) -> "Visitor":
        """Follow the link with these words."""
        self.taps += 1
        self.page.locator("main").get_by_role("link", name=words).first.click()
        self.page.wait_for_load_state()
        return self

    def stop(self) -> "Visitor":
        """Check the page: a single heading, no complaint, no accessibility barrier."""
        assert self.page.locator("h1").count() == 1, self.page.url
        if self.script:
            found = Axe().run(self.page).response["violations"]
            self.complaints += [
                f"axe {one['id']}: {one['nodes'][0]['html']} {one['nodes'][0]['failureSummary']}"
                for one in found
                if one["impact"] in SERIOUS
            ]
        assert not self.complaints, f"{self.page.url}: {self.complaints}"
        return self

    def mailed(self, address: str, containing: str) -> str:
        """Wait for a mail and return the link in it."""
        public = urllib.parse.urlsplit(self.stack["public"])
        request = urllib.request.Request(
            f"http://127.0.0.1:{public.port}/outbox/?to={urllib.parse.quote(address)}",
            headers={"Host": public.netloc, "Accept": "application/json"},
        )
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
                mails = json.load(answer)
            links = [link for one in mails for link in one["links"] if containing in link]
            if links:
                return str(links[0])
            time.sleep(0.1)
        raise AssertionError(f"no mail to {address} with {containing}")

    def counted(self, *, most: tuple[int, int]) -> tuple[int, int]:
        """Return the taps and the fields since the last count, which are at most so many."""
        counted, self.taps, self.fields = (self.taps, self.fields), 0, 0
        assert all(map(operator.le, counted, most)), f"{counted} taps and fields, at most {most}"
        return counted

    def leave(self) -> None:
        """Close the window; a last complaint still counts."""
        self.window.close()
        assert not self.complaints, self.complaints


def photo() -> FilePayload:
    """A photograph to upload, as a telephone makes them."""
    file = io.BytesIO()
    Image.effect_noise((640, 480), 50).convert("RGB").save(file, "JPEG")
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}
