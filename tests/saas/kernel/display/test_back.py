"""Back after a filter shows the whole page again, in a browser with htmx as pages configure it."""

import re
from collections.abc import Iterator

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from playwright.sync_api import Browser, Page, Route, expect

from infra.assets.build import ASSETS, SCRIPT, build
from saas.kernel.http import policy

POLICY = policy()
SITE = "http://127.0.0.1/"
FILTERS = """<h1>Annonces</h1>
<nav hx-boost="true" hx-target="#results"><a href="/?kind=lend">Prête</a></nav>
<div id="results">{}</div>"""


@pytest.fixture
def page(browser: Browser, rf: RequestFactory) -> Iterator[Page]:
    frame = render_to_string("layouts/base.html", {}, rf.get("/"))
    build(ASSETS)
    before, after = re.split(r"(?<=<body class=\"\">)", frame)

    def answer(route: Route) -> None:
        url = route.request.url
        if url.endswith(SCRIPT):
            route.fulfill(path=ASSETS / SCRIPT, content_type="text/javascript")
            return
        part = "une perceuse" if "kind=lend" in url else "tout"
        is_htmx = "hx-request" in route.request.headers
        body = part if is_htmx else before + FILTERS.format(part) + after
        headers = {
            "content-security-policy": POLICY,
            "vary": "HX-Request",
        }
        route.fulfill(body=body, headers=headers, content_type="text/html; charset=utf-8")

    context = browser.new_context()
    context.route("**/*", answer)
    page = context.new_page()
    page.goto(SITE)
    yield page
    context.close()


def test_back_after_a_filter_shows_the_whole_page(page: Page) -> None:
    page.get_by_role("link", name="Prête").click()
    expect(page.locator("#results")).to_have_text("une perceuse")
    expect(page).to_have_url(f"{SITE}?kind=lend")

    page.go_back()

    expect(page.locator("#results")).to_have_text("tout")
    expect(page.get_by_role("heading", name="Annonces")).to_be_visible()
