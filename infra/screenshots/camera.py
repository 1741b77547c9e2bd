"""A browser that opens each page as the person it is for, and takes its picture."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from infra.local import processes
from infra.local.authenticator import Authenticator
from infra.local.words import Trouble
from infra.screenshots.findings import Findings

WIDTHS = {360: 740, 1280: 860}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
NARROWEST = 320
LOCALES = {"fr": "fr-FR", "en": "en-GB"}
NOBODY = "nobody"
_APPS: dict[str, Authenticator] = {}  # by person: no code is given twice
# Pictures below the fold load on scrolling, and the camera does not scroll.
SETTLED = """async () => {
  for (const image of document.images) image.loading = 'eager';
  await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
  await document.fonts.ready;
}"""
HEIGHT = "() => document.documentElement.scrollHeight"
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Codes and addresses may break anywhere; a broken word was squeezed by its neighbours.
BROKEN_WORDS = r"""() => {
  const broken = [], range = document.createRange();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const word = /(?<![^\s(«])\p{L}[\p{Ll}’]{3,17}(?![^\s.,;:!?)»])/gu;
  while (texts.nextNode()) {
    const text = texts.currentNode, holder = text.parentElement;
    if (!holder.checkVisibility() || holder.getBoundingClientRect().width < 2) continue;
    for (const found of text.data.matchAll(word)) {
      range.setStart(text, found.index);
      range.setEnd(text, found.index + found[0].length);
      const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
      if (lines.size > 1) broken.push(`« ${found[0]} » is broken`);
    }
  }
  return broken;
}"""
# The frame around a mail lets no script in, that of axe neither.
OWN_PAGE = {"iframes": False}
SHAPE = """() => {
  const faults = [];
  const heads = document.querySelectorAll('h1').length;
  if (heads !== 1) faults.push(`${heads} h1`);
  // The camera itself leaves an empty one on fields.
  if (document.querySelector('[style]:not([style=""])')) faults.push('a style attribute');
  if (!document.title.trim()) faults.push('no title');
  return faults;
}"""
CHOOSE_LANGUAGE = """async (language) => {
  const token = document.querySelector('meta[name=csrf-token]').content;
  const body = new URLSearchParams({language, next: '/', csrfmiddlewaretoken: token});
  await fetch('/preferences/', {method: 'POST', body, redirect: 'manual'});
}"""


class Camera:
    """A window for each person; `finish` restores their language."""

    def __init__(
        self,
        browser: Browser,
        *,
        people: list[dict[str, Any]],
        sessions: dict[str, dict[str, str]],
        folder: Path,
        lang: str,
    ) -> None:
        self._browser = browser
        self._people = people
        self._sessions = sessions
        self._folder = folder
        self._lang = lang
        self._signed_in: dict[tuple[str, str | None], BrowserContext] = {}
        self._axe = Axe()

    def finish(self) -> None:
        """Set the people's language back to French after an English walk."""
        for (role, space), window in self._signed_in.items():
            signed_in = role != NOBODY and role not in self._sessions
            if signed_in and self._lang != "fr":
                _speak(window, self._home_url_of(role, space), "fr")
            window.close()

    def visit(self, stop: dict[str, Any]) -> Findings:
        """Open a page at each width, in each colour scheme; return its faults."""
        found = Findings(name_of(stop), stop["url"], stop["status"])
        page = self._window_of(stop["role"], stop["space"]).new_page()
        page.on("console", lambda message: _record_console(found, message))
        page.on("pageerror", lambda error: found.console.append(str(error)))
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            answer = page.goto(stop["url"])
            found.status = answer.status if answer else 0
            page.evaluate(SETTLED)
            self._picture(page, found, width)
        self._measure(page, found)
        page.close()
        return found

    def _picture(self, page: Page, found: Findings, width: int) -> None:
        found.overflow = max(found.overflow, page.evaluate(OVERFLOW))
        found.shape += page.evaluate(BROKEN_WORDS)
        # The whole page is a single window, so that sticky bars cover no content.
        page.set_viewport_size({"width": width, "height": page.evaluate(HEIGHT)})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found.add_violations(self._axe.run(page, options=OWN_PAGE).response["violations"])
            page.screenshot(path=self._folder / f"{found.name}-{width}-{scheme}.png")

    def _measure(self, page: Page, found: Findings) -> None:
        """Check faults not visible in a picture, and the narrowest window."""
        found.shape += page.evaluate(SHAPE)
        page.set_viewport_size({"width": NARROWEST, "height": NARROWEST})
        found.overflow = max(found.overflow, page.evaluate(OVERFLOW))

    def _window_of(self, role: str, space: str | None) -> BrowserContext:
        whose = (role, space if role != NOBODY else None)
        if whose not in self._signed_in:
            self._signed_in[whose] = self._open(role, space)
        return self._signed_in[whose]

    def _open(self, role: str, space: str | None) -> BrowserContext:
        window = self._browser.new_context(locale=LOCALES[self._lang], reduced_motion="reduce")
        if role in self._sessions:
            _give(window, self._sessions[role])
        elif role != NOBODY:
            sign_in(window, person(self._people, role, space))
            _speak(window, self._home_url_of(role, space), self._lang)
        return window

    def _home_url_of(self, role: str, space: str | None) -> str:
        return str(person(self._people, role, space)["url"])


def _give(window: BrowserContext, cookie: dict[str, str]) -> None:
    # It may be set for a secure address only; the browser accepts localhost as secure.
    secure = cookie["url"].replace("http://", "https://")
    window.add_cookies(
        [
            {
                "url": secure,
                "name": cookie["name"],
                "value": cookie["value"],
                "secure": True,
                "httpOnly": True,
            }
        ]
    )


def _speak(window: BrowserContext, url: str, language: str) -> None:
    page = window.new_page()
    page.goto(url)
    page.evaluate(CHOOSE_LANGUAGE, language)
    page.close()


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Start the machine's own Chromium. Raises Trouble if it is missing."""
    program = processes.chromium()
    if program is None:
        raise Trouble(
            "Il manque Chromium : apt-get install chromium-headless-shell",
            "Chromium is missing: apt-get install chromium-headless-shell",
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--disable-dev-shm-usage", "--disable-gpu"]
        )
        yield browser
        browser.close()


def person(people: list[dict[str, Any]], role: str, space: str | None) -> dict[str, Any]:
    """Return the first person of a role, in a space if the role belongs to spaces."""
    return next(one for one in people if one["role"] == role and one["space"] == space)


def sign_in(window: BrowserContext, who: dict[str, Any]) -> None:
    """Sign a person in by address and password, through the form."""
    page = window.new_page()
    page.goto(who["url"])
    page.locator("input[name=email]").fill(who["email"])
    page.locator("input[name=password]").fill(who["password"])
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/signin/" not in url)
    if who.get("factor_secret"):
        _give_code(page, who)
    page.close()


def _give_code(page: Page, who: dict[str, Any]) -> None:
    """Give the code of the second factor, each once."""
    app = _APPS.setdefault(who["email"], Authenticator(who["factor_secret"]))
    page.locator("main input[name=code]").fill(app.code())
    page.locator("main input[name=code]").press("Enter")
    page.wait_for_url(lambda url: "/factor/code/" not in url)


def _record_console(found: Findings, message: ConsoleMessage) -> None:
    if message.type in {"error", "warning"}:
        found.record_console(message.text, message.location.get("url", ""))


def name_of(stop: dict[str, Any]) -> str:
    """Name a page and its look as its pictures are named."""
    page = stop["page"].strip("/").replace(":", "-") or "home"
    parts = [stop["host"], page, stop["look"]]
    return "-".join(part for part in parts if part)
