"""The check's current state: the stack, the people's browsers, and their created objects."""

import dataclasses
import json
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from infra.demo.check.browser import Browser, Page, WentWrong
from infra.local.authenticator import Authenticator
from tenants.spaces import hosts

PASSWORD = secrets.token_urlsafe(12)  # for people that only exist during the check
PATIENCE_SECONDS = 60.0
PAUSE_SECONDS = 0.1


@dataclasses.dataclass
class Space:
    """A space created by the check: HR's answers, and the browsers of its people."""

    slug: str
    name: str
    kind: str
    domain: str
    founder: Browser
    schema: str = ""
    seconds: float = 0.0
    employee: Browser | None = None
    colleague: Browser | None = None
    app: Authenticator | None = None  # the colleague's, once treasurer


@dataclasses.dataclass
class Journey:
    """The stack under check, and the people's results so far."""

    stack: dict[str, Any]
    spaces: list[Space] = dataclasses.field(default_factory=list)
    merchant: Browser | None = None
    campaign: str = ""
    order: str = ""

    @classmethod
    def begin(cls, stack_file: Path) -> "Journey":
        """Read where the stack answers, and name two spaces that do not exist yet."""
        stack = json.loads(stack_file.read_text())
        public = stack["public"]
        mark = secrets.token_hex(3)
        spaces = [
            Space(f"parc-{mark}", f"Parc {mark}", "park", f"parc{mark}.example", Browser(public)),
            Space(
                f"usine-{mark}", f"Usine {mark}", "company", f"usine{mark}.example", Browser(public)
            ),
        ]
        return cls(stack=stack, spaces=spaces)

    @property
    def public(self) -> str:
        """The public site's address."""
        return str(self.stack["public"])

    def space_browser(self, space: Space) -> Browser:
        """Return a new person's browser on a space's host."""
        return Browser(hosts.space_url(space.slug))

    def mailed(self, address: str, containing: str) -> str:
        """Return the newest mailed link to an address. Raises WentWrong if it never comes."""
        outbox = Browser(self.public)
        outbox.session.headers["Accept"] = "application/json"
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            for message in self._messages(outbox):
                links = [link for link in message["links"] if containing in link]
                if address in message["to"] and links:
                    return str(links[0])
            time.sleep(PAUSE_SECONDS)
        raise WentWrong(f"no mail to {address} with {containing}")

    def _messages(self, outbox: Browser) -> list[dict[str, Any]]:
        port = urlsplit(self.public).port
        answer = outbox.session.get(f"http://127.0.0.1:{port}/outbox/", timeout=30)
        answer.raise_for_status()
        messages: list[dict[str, Any]] = answer.json()
        return messages

    def stripe(self, lever: str, **given: str) -> dict[str, Any]:
        """Pull a lever of the simulator."""
        stripe = self.stack["stripe"]
        answer = requests.post(
            f"{stripe['api_base']}/_sim/{lever}",
            json=given,
            headers={"Authorization": f"Bearer {stripe['api_key']}"},
            timeout=30,
        )
        answer.raise_for_status()
        body: dict[str, Any] = answer.json()
        return body


def crossing(page: Page, containing: str) -> str:
    """Return the plain link of a page that leads to another host."""
    link = page.link(containing)
    if not link.startswith("http"):
        raise WentWrong(f"{page.url} should lead to another host, not to {link}")
    return link


def waited[R](what: str, ask: Callable[[], R | None]) -> R:
    """Poll until there is a result and return it. Raises WentWrong with the missing item."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        answer = ask()
        if answer:
            return answer
        time.sleep(PAUSE_SECONDS)
    raise WentWrong(f"{what} did not come")
