"""Additions of troovon.js to a page that works without it, in a browser under the policy."""

import io
import re
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, Request, Route, expect

from saas.kernel.http import policy
from tests.fixtures.patience import PATIENCE

TEMPLATES = Path(__file__).resolve().parents[4] / "frontend_templates"
SCRIPTS = {
    "/troovon.js": TEMPLATES / "troovon.js",
    "/addresses.js": TEMPLATES / "static" / "addresses.js",
}
POLICY = policy()
SITE = "http://127.0.0.1/"
HEAD = """<!doctype html><html lang="fr"><head><title>Essai</title>
<meta name="csrf-token" content="secret"><script src="/troovon.js" defer></script>
<script src="/addresses.js" defer></script></head><body>"""
TOASTS = """<div id="toasts"></div><template id="toast"><p data-toast>
<span data-toast-text></span><button data-dismiss hidden>x</button></p></template>"""
SEEN_MILLISECONDS = 1000
# Later observers are called later: the page's own script has already been called by then.
PASSED_BY = """(side) => new Promise((told) => new IntersectionObserver((entries) => {
    if (entries.at(-1).isIntersecting === (side === "in")) told();
}, { threshold: 0.5 }).observe(document.querySelector("[data-view-ref]")))"""
PICTURE = io.BytesIO()
Image.new("RGB", (40, 30), "orange").save(PICTURE, "PNG")


class Site:
    """A site with a single page, its other responses, and the requests received."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.answers: dict[str, list[str]] = {}
        self.requests: list[Request] = []
        self.complaints: list[str] = []
        page.route("**/*", self._answer)
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def show(self, body: str) -> Page:
        """Open a page with this body."""
        self.answers["/"] = [HEAD + body + TOASTS + "</body></html>"]
        self.page.goto(SITE)
        return self.page

    def stop_the_clock(self) -> None:
        """Stop the page's clock, so that only the test moves it."""
        self.page.clock.install(time=0)
        self.page.clock.pause_at(1)

    def posts(self) -> list[Request]:
        """Return the POST requests received."""
        return [request for request in self.requests if request.method == "POST"]

    def _answer(self, route: Route) -> None:
        path = re.sub(r"https?://[^/]+|\?.*", "", route.request.url)
        if path in SCRIPTS:
            route.fulfill(path=SCRIPTS[path], content_type="text/javascript")
            return
        self.requests.append(route.request)
        answers = self.answers.get(path, [""])
        body = answers.pop(0) if len(answers) > 1 else answers[0]
        headers = {
            "content-security-policy": POLICY,
            "content-type": "text/html; charset=utf-8",
        }
        route.fulfill(body=body, headers=headers, status=200 if body else 204)


@pytest.fixture
def site(browser: Browser) -> Iterator[Site]:
    context = browser.new_context(viewport={"width": 800, "height": 600})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    site = Site(context.new_page())
    yield site
    context.close()
    assert site.complaints == []


def test_a_part_asks_for_its_next_state_until_there_is_none(site: Site) -> None:
    polling = '<div data-poll-url="/step/" data-poll-seconds="0.1">étape {}</div>'
    site.answers["/step/"] = [polling.format(2), "<div>c’est prêt</div>"]
    page = site.show(polling.format(1))
    expect(page.get_by_text("c’est prêt")).to_be_visible()
    page.wait_for_timeout(300)
    assert [request.url for request in site.requests] == [SITE, f"{SITE}step/", f"{SITE}step/"]


def test_a_hidden_page_asks_nothing(site: Site) -> None:
    site.page.add_init_script("Object.defineProperty(document, 'hidden', { value: true })")
    page = site.show('<div data-poll-url="/step/" data-poll-seconds="0.05">étape 1</div>')
    page.wait_for_timeout(300)
    assert [request.url for request in site.requests] == [SITE]


def run_clock_until_posted(site: Site, many: int) -> int:
    """Let the page's clock run until that many messages are sent; return its milliseconds."""
    passed, end = 0, time.monotonic() + PATIENCE
    while len(site.posts()) < many:
        assert time.monotonic() < end
        site.page.clock.run_for(100)
        passed += 100
        site.page.wait_for_timeout(20)
    return passed


def test_placement_that_stays_in_view_is_posted_once_with_the_token(site: Site) -> None:
    tall = '<div data-view-ref="{}"><svg width="10" height="200"></svg></div>'
    site.stop_the_clock()
    page = site.show(
        f'<div data-beacon-url="/seen/">{tall.format("PL-1")}{tall.format("PL-2")}'
        f'<svg height="900"></svg>{tall.format("PL-3")}</div>'
    )
    assert run_clock_until_posted(site, 1) >= SEEN_MILLISECONDS
    (post,) = site.posts()
    assert parse_qs(post.post_data or "") == {"refs": ["PL-1,PL-2"]}
    assert post.headers["x-csrftoken"] == "secret"
    page.mouse.wheel(0, 3000)
    assert run_clock_until_posted(site, 2) >= SEEN_MILLISECONDS
    page.clock.run_for(5000)
    assert [parse_qs(each.post_data or "")["refs"] for each in site.posts()[1:]] == [["PL-3"]]


def test_placement_that_only_passes_by_is_not_counted(site: Site) -> None:
    site.stop_the_clock()
    page = site.show(
        '<div data-beacon-url="/seen/"><div data-view-ref="PL-1"><svg height="100"></svg></div>'
        '<svg height="2000"></svg></div>'
    )
    page.evaluate(PASSED_BY, "in")
    page.clock.run_for(900)
    page.mouse.wheel(0, 1500)
    page.evaluate(PASSED_BY, "out")
    page.clock.run_for(5000)
    assert site.posts() == []


def test_a_preview_repeats_what_is_typed_and_what_is_chosen(site: Site) -> None:
    page = site.show(
        '<input id="t"><select id="k"><option>Vends<option>Donne</select>'
        '<h3 data-mirror="#t">Votre titre</h3><p data-mirror="#k"></p>'
    )
    expect(page.locator("h3")).to_have_text("Votre titre")
    page.locator("#t").fill("Lampe <b>")
    page.locator("#k").select_option("Donne")
    expect(page.locator("h3")).to_have_text("Lampe <b>")
    expect(page.locator("p[data-mirror]")).to_have_text("Donne")


def test_pictures_are_drawn_before_they_are_sent(site: Site) -> None:
    page = site.show('<ul><li data-files-add><input type="file" multiple></li></ul>')
    files = page.locator("input")
    files.set_input_files(
        FilePayload(name="lampe.png", mimeType="image/png", buffer=PICTURE.getvalue())
    )
    expect(page.locator("li[data-preview] canvas")).to_have_count(1)
    files.set_input_files(FilePayload(name="notes.txt", mimeType="text/plain", buffer=b"abc"))
    expect(page.locator("li[data-preview]")).to_have_text(["lampe.png", "notes.txt"])
    expect(page.locator("canvas")).to_have_count(1)
    assert files.evaluate("input => [...input.files].map(file => file.name)") == [
        *("lampe.png", "notes.txt")
    ]


def test_an_address_is_checked_while_it_is_typed(site: Site) -> None:
    site.answers["/check/"] = ["<p>Cette adresse est libre.</p>"]
    page = site.show(
        '<input name="slug" data-check-url="/check/" data-check-target="#says">'
        '<div id="says"></div>'
    )
    page.locator("input").press_sequentially("moulins", delay=10)
    expect(page.locator("#says")).to_have_text("Cette adresse est libre.")
    assert [request.url for request in site.requests[1:]] == [f"{SITE}check/?slug=moulins"]


def test_a_link_is_copied(site: Site) -> None:
    page = site.show(
        '<input id="link" value="https://a.example/" readonly>'
        '<button data-copy="#link" data-done="Copié" hidden><span>Copier</span></button>'
    )
    page.get_by_role("button", name="Copier").click()
    expect(page.locator("button[data-copy]")).to_have_text("Copié")
    expect(page.locator("#toasts")).to_contain_text("Copié")


def test_a_click_on_the_plan_writes_where_it_is(site: Site) -> None:
    page = site.show(
        '<input id="lat"><input id="lng"><svg viewBox="0 0 320 240" width="320" height="240" '
        'data-pick-lat="#lat" data-pick-lng="#lng" data-north="48" data-south="47" data-west="1" '
        'data-east="2"><rect width="320" height="240"/><path data-pick-pin d="M0 0h1"/></svg>'
    )
    page.locator("svg[data-north]").click(position={"x": 160, "y": 60})
    assert float(page.locator("#lat").input_value()) == pytest.approx(47.75, abs=0.01)
    assert float(page.locator("#lng").input_value()) == pytest.approx(1.5, abs=0.01)


def test_the_list_of_mistakes_takes_the_focus(site: Site) -> None:
    page = site.show('<input><section tabindex="-1" data-focus>2 réponses à corriger</section>')
    expect(page.locator("section")).to_be_focused()


def test_news_can_be_closed(site: Site) -> None:
    page = site.show("<p>Page</p>")
    page.evaluate(
        "document.body.dispatchEvent(new CustomEvent('toast', "
        "{ bubbles: true, detail: { text: 'Enregistré.' } }))"
    )
    expect(page.locator("#toasts p")).to_contain_text("Enregistré.")
    page.locator("#toasts button").click()
    expect(page.locator("#toasts p")).to_have_count(0)


def test_a_slash_leads_to_the_search_but_not_from_a_field(site: Site) -> None:
    page = site.show('<input type="search" data-key="/"><textarea></textarea>')
    page.locator("textarea").press("/")
    expect(page.locator("textarea")).to_have_value("/")
    page.locator("textarea").blur()
    page.keyboard.press("/")
    expect(page.locator("input")).to_be_focused()


def test_a_held_key_presses_a_button_once(site: Site) -> None:
    page = site.show('<button data-key="a">Approuver</button>')
    page.evaluate(
        "() => { window.presses = 0;"
        " document.querySelector('button').addEventListener('click', () => { presses += 1; }); }"
    )
    page.keyboard.down("a")
    page.keyboard.down("a")
    page.keyboard.up("a")
    assert page.evaluate("window.presses") == 1
