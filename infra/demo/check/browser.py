"""A small browser: a single host, its cookies, and forms filled with the page's values."""

import dataclasses
import html.parser
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

TIMEOUT_SECONDS = 30
MOST_REDIRECTS = 6
REDIRECTS = {301, 302, 303, 307, 308}
PATIENCE_SECONDS = 60.0
PAUSE_SECONDS = 0.1
FRAME = ("/signout/", "/preferences/")  # forms in the frame of every page


class WentWrong(Exception):  # noqa: N818 - told to whoever runs the check
    """A page lacks an expected part."""


@dataclasses.dataclass
class Form:
    """A form of a page: its action and its untouched values."""

    action: str
    method: str
    values: list[tuple[str, str]] = dataclasses.field(default_factory=list)
    names: set[str] = dataclasses.field(default_factory=set)

    def filled(self, given: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Return the values to send: the given values, and the page's values for the rest."""
        remaining = [(name, value) for name, value in self.values if name not in given]
        typed = [
            (name, str(part))
            for name, value in given.items()
            for part in (value if isinstance(value, list | tuple) else [value])
        ]
        return [*remaining, *typed]


class _Reader(html.parser.HTMLParser):
    """Collects the forms and links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._open: Form | None = None
        self._select = ""
        self._options: list[tuple[str, bool]] = []
        self._textarea = ""
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Record a link, the start of a form, or a field of the open form."""
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "form":
            self._open = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._open)
        if self._open is not None:
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        name = given.get("name", "")
        if tag == "option":
            self._options.append((given.get("value", ""), "selected" in given))
        elif tag == "select":
            self._select, self._options = name, []
        elif tag == "textarea":
            self._textarea, self._text = name, []
        elif tag == "input" and name:
            self._input(name, given)

    def _input(self, name: str, given: dict[str, str]) -> None:
        form = self._open
        kind = given.get("type", "text")
        if form is None or kind in {"submit", "file", "button"}:
            return
        form.names.add(name)
        if kind not in {"radio", "checkbox"} or "checked" in given:
            form.values.append((name, given.get("value", "on" if kind == "checkbox" else "")))

    def handle_data(self, data: str) -> None:
        """Keep the text of an open textarea."""
        if self._textarea:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Close the open form, select or textarea."""
        form = self._open
        if tag == "form":
            self._open = None
        elif tag == "select" and form is not None and self._options:
            chosen = [value for value, selected in self._options if selected]
            form.names.add(self._select)
            form.values.append((self._select, (chosen or [self._options[0][0]])[0]))
        elif tag == "textarea" and form is not None:
            form.names.add(self._textarea)
            form.values.append((self._textarea, "".join(self._text).lstrip("\n")))
            self._textarea = ""


@dataclasses.dataclass
class Page:
    """A page that came back: its address, its text, its forms and links."""

    url: str
    status: int
    text: str
    forms: list[Form]
    links: list[str]

    def form(self, *, having: str = "", action: str = "") -> Form:
        """Return the POST form with a field or an address. Raises WentWrong if it is missing."""
        for form in self.forms:
            of_the_frame = form.action.endswith(FRAME)
            fits = form.method == "post" and action in form.action and not of_the_frame
            if fits and (not having or having in form.names):
                return form
        raise WentWrong(f"{self.url} has no form for {having or action!r}")

    def link(self, containing: str) -> str:
        """Return the first link that contains some text. Raises WentWrong if it is missing."""
        for link in self.links:
            if containing in link:
                return link
        raise WentWrong(f"{self.url} has no link with {containing!r}")

    def shows(self, *words: str) -> "Page":
        """Raise WentWrong unless the page contains all the words."""
        missing = [word for word in words if word not in self.text]
        if missing:
            raise WentWrong(f"{self.url} ({self.status}) does not show {missing}")
        return self


class Browser:
    """A person's browser on a single host; it connects to this machine for every host."""

    def __init__(self, base: str) -> None:
        self.base = base.rstrip("/")
        self.host = urlsplit(base).netloc
        self.port = urlsplit(base).port
        self.session = requests.Session()
        self.session.headers.update({"Host": self.host, "Accept-Language": "fr"})
        self.session.cookies.set_policy(DefaultCookiePolicy(secure_protocols=("http", "https")))

    def get(self, url: str) -> Page:
        """Open an address of this host, following redirects that stay on it."""
        return self._page(self._send("GET", url), url)

    def submit(
        self,
        page: Page,
        form: Form,
        *,
        files: Any = None,
        **given: Any,
    ) -> Page:
        """Submit a form as its button does; `files` are (field, (name, content, type)).

        The page may be from another host with a form that posts here: the Origin header names that
        host, as in every browser.
        """
        url = urljoin(page.url, form.action or page.url)
        parts = urlsplit(page.url)
        origin = {"Origin": f"{parts.scheme}://{parts.netloc}"}
        answer = self._send("POST", url, origin, data=form.filled(given), files=files or None)
        return self._page(answer, url)

    def _send(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, **body: Any
    ) -> requests.Response:
        parts = urlsplit(urljoin(self.base + "/", url))
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        # All cookies of the jar belong to this host; the library itself would not send Secure
        # cookies.
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.session.cookies)
        return self.session.request(
            method,
            f"http://127.0.0.1:{self.port}{path}",
            headers={**(headers or {}), **({"Cookie": cookies} if cookies else {})},
            allow_redirects=False,
            timeout=TIMEOUT_SECONDS,
            **body,
        )

    def _page(self, answer: requests.Response, url: str) -> Page:
        here = urljoin(self.base + "/", url)
        for _ in range(MOST_REDIRECTS):
            if answer.status_code not in REDIRECTS:
                break
            here = urljoin(here, answer.headers["Location"])
            if urlsplit(here).netloc != self.host:
                return Page(here, answer.status_code, "", [], [])
            answer = self._send("GET", here)
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise WentWrong(f"{here} answered {answer.status_code}")
        reader = _Reader()
        reader.feed(answer.text)
        return Page(here, answer.status_code, answer.text, reader.forms, reader.links)

    def until(self, url: str, ready: Callable[[Page], bool]) -> Page:
        """Reload the page until it is ready. Raises WentWrong if it never is."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            page = self.get(url)
            if ready(page):
                return page
            time.sleep(PAUSE_SECONDS)
        raise WentWrong(f"{url} is not ready after {PATIENCE_SECONDS:.0f} s")
