"""Screens in a real browser: paired by two, read at three metres, and without a network."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from saas.accounts.models import User
from saas.kernel import hooks, revision
from tenants.community.deals import actions as deals
from tenants.community.deals.rules import Terms
from tenants.community.kiosk.actions import loop as actions
from tenants.community.kiosk.forms import KINDS
from tenants.community.kiosk.models import Play, Screen
from tenants.community.kiosk.rules import screens as rules
from tests.tenants.community.kiosk.making import make_manager

type Windows = Callable[..., Page]
SIZES = [(1920, 1080), (1080, 1920), (1280, 720)]
READ = (Path(__file__).parent / "reading.js").read_text("utf-8")
LEAST_PART, LEAST_CONTRAST = 0.03, 7
FINGER = 48
TARGETS = """() => [...document.querySelectorAll('.touch a, .touch button, .touch input')].map(
  (one) => ({ text: one.textContent, ...one.getBoundingClientRect().toJSON() }))"""
CODE_IS_WHOLE = """() => {
  const [slide, code] = ['.touch .slide', '.touch .slide-code'].map(
    (one) => document.querySelector(one).getBoundingClientRect());
  return code.bottom <= slide.bottom && code.right <= slide.right; }"""
# Moves the current slide's times back by ten seconds, so that the slide has ended.
TEN_SECONDS_AGO = """() => { const shown = player.current;
  for (const moment of ["at", "from", "until"]) shown[moment] -= 10_000; }"""
LONG = "Une annonce de douze mots qui se lit encore de très très loin"
LONG_WORDS = "Anticonstitutionnellement réorganisation interdépartementale des locaux"


@pytest.fixture
def manager(in_north: None) -> User:
    at = dt.datetime.now(dt.UTC)
    person = make_manager(at)
    always = rules.PartOfDay("Toujours", 127, 0, 24 * 60, "play", {}, "")  # tests run at night, too
    actions.set_day_part(part=always, by=person, at=at)
    return person


def paired(window_of: Windows, by: User) -> Page:
    """Return a screen after a manager has typed its code on a phone; it has logged no error."""
    screen = window_of(None, width=1280, height=720)
    logged: list[str] = []
    screen.on("console", lambda line: logged.append(line.text))
    screen.goto("/screen/")
    figures = screen.locator("#figures")
    expect(figures).not_to_contain_text("–")
    desk = window_of(by, width=360, height=740)
    desk.goto("/kiosk/pair/")
    desk.locator("[name=code]").fill(figures.inner_text())
    desk.locator("[name=name]").fill("Hall")
    desk.get_by_role("button", name="Associer").click()
    expect(desk.get_by_text("« Hall » est associé.")).to_be_visible()
    expect(screen.locator(".stage-slide").first).to_be_attached()
    expect(screen.locator("#pairing")).to_be_hidden()
    assert logged == []
    return screen


def write(by: User, title: str, *, urgent: bool) -> str:
    at = dt.datetime.now(dt.UTC)
    words = rules.Words(
        title, "Au local du CSE, chaque midi.", "", urgent, at, at + dt.timedelta(hours=1)
    )
    message = actions.write_message(words=words, by=by, at=at)
    revision.renew()  # no test commits
    return f"message:{message.reference}"


def slides_of_each_kind(at: dt.datetime) -> list[hooks.Slide]:
    """Return a slide of each kind offered by the apps, with every optional field filled."""
    return [
        hooks.Slide(
            kind=kind,
            reference=kind,
            title=LONG,
            label="Sponsorisé par Maison Cazal" if kind == "placement" else str(label),
            note="12 min à pied · une part va à votre CSE",
            url="/",
            starts_at=at - dt.timedelta(hours=1),
            ends_at=at + dt.timedelta(hours=1),
            price="8,90 €",
            flight="FL-ABCDEF" if kind == "placement" else "",
        )
        for kind, label in {**KINDS, "placement": ""}.items()
    ]


@pytest.mark.proof
def test_each_slide_is_read_at_three_metres(
    window_of: Windows, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hooks, "slides", hooks.Hook())
    hooks.slides.offer("tests", slides_of_each_kind)
    write(manager, LONG_WORDS, urgent=False)
    screen = paired(window_of, manager)
    screen.evaluate("() => { player.show = async () => {}; stage.dataset.mode = 'play'; }")
    seen = set()
    for number in range(screen.evaluate("player.playlist.slides.length")):
        name = screen.evaluate(
            "async (n) => { const slide = player.playlist.slides[n]; await io.draw(slide);"
            " return slide.id; }",
            number,
        )
        seen.add(name.partition(":")[0])
        expect(screen.locator(".stage-slide")).to_have_count(1)
        for width, height in SIZES:
            screen.set_viewport_size({"width": width, "height": height})
            for text in screen.evaluate(READ):
                assert text["size"] >= min(width, height) * LEAST_PART, (name, width, text)
                assert text["contrast"] >= LEAST_CONTRAST, (name, text)
                assert text["fits"], (name, width, height, text)
    assert seen >= {*KINDS, "placement", "message", "house"}


def test_urgent_message_takes_over_and_stays_offline(window_of: Windows, manager: User) -> None:
    screen = paired(window_of, manager)
    message = write(manager, "Exercice à dix heures", urgent=True)
    shown = screen.locator(f"[data-slide='{message}']")
    screen.evaluate("player.nextPoll = 0")
    expect(shown).to_be_visible(timeout=10_000)

    def cut(route: Route) -> None:
        route.abort()

    screen.context.route("**/*", cut)
    screen.evaluate("player.nextPoll = 0")
    expect(screen.locator("#status")).to_contain_text("Hors ligne depuis", timeout=15_000)
    screen.evaluate(TEN_SECONDS_AGO)
    expect(shown).to_be_visible()
    assert not Play.objects.exists()
    screen.wait_for_function("() => io.playCount().then((count) => count === 1)")
    screen.context.unroute("**/*", cut)
    screen.evaluate("player.nextPoll = 0")
    expect(screen.locator("#status")).to_be_hidden(timeout=15_000)
    with screen.expect_response("**/screen/plays/", timeout=15_000):
        screen.evaluate("player.nextSend = 0")
    plays = Play.objects.values_list("screen_name", "kind", "seconds")
    assert set(plays) == {("Hall", "message", 10)}


@pytest.mark.parametrize(
    ("width", "height"), [SIZES[0], pytest.param(*SIZES[1], marks=pytest.mark.proof)]
)
def test_touched_screen_shows_things_and_leaves_no_trace(
    window_of: Windows, manager: User, width: int, height: int
) -> None:
    at = dt.datetime.now(dt.UTC)
    end = (at + dt.timedelta(days=2)).date()
    title = "Croissants du matin au comptoir du hall avec un café très long"
    terms = Terms("food", title, "x", "", "", end, on_screens=True)
    deal = deals.post(terms=terms, by=manager, at=at)
    screen = paired(window_of, manager)
    Screen.objects.update(is_touched=True)
    revision.renew()
    screen.set_viewport_size({"width": width, "height": height})
    screen.evaluate("player.nextPoll = 0")
    expect(screen.get_by_text("Touchez l’écran")).to_be_visible(timeout=10_000)
    before = screen.evaluate("history.length")
    screen.locator("#place").click()
    screen.get_by_role("link", name="Au mur").click()
    screen.get_by_role("searchbox").fill("croisant")
    screen.get_by_role("button", name="Chercher").click()
    screen.get_by_role("link", name="Croissants du matin").click()
    expect(screen.locator(".touch .slide-code")).to_be_visible()
    assert screen.evaluate(CODE_IS_WHOLE)
    for box in screen.evaluate(TARGETS):
        assert min(box["width"], box["height"]) >= FINGER, box
    deals.close(deal=deal, by=manager, at=at)
    screen.evaluate("touch.nextLook = 0")
    expect(screen.get_by_role("heading", name="Que cherchez-vous ?")).to_be_visible()
    screen.get_by_role("link", name="Au mur").click()
    screen.get_by_role("searchbox").fill("privé")
    screen.evaluate("touch.last = performance.now() - 36000")
    expect(screen.get_by_text("touchez pour rester")).to_be_visible()
    screen.evaluate("touch.last = performance.now() - 45000")
    expect(screen.locator(".touch")).to_have_count(0)
    assert "privé" not in screen.content()
    assert screen.evaluate("history.length") == before
    assert not Play.objects.exclude(seconds=10).exists()


EMPTY_THE_STORE = """async () => {
  memory.clear();
  for (const name of ["kept", "plays"])
    await inStore(name, "readwrite", (store) => void store.clear());
}"""
BREAK_THE_STORE = """() => { inStore = () => Promise.reject(new Error("store")); }"""


def test_screen_whose_store_was_emptied_goes_on(window_of: Windows, manager: User) -> None:
    screen = paired(window_of, manager)
    message = write(manager, "Café à dix heures", urgent=False)
    screen.evaluate("player.nextPoll = 0")
    screen.wait_for_function("(id) => player.byId?.has(id)", arg=message)
    screen.evaluate(EMPTY_THE_STORE)
    screen.reload()
    screen.wait_for_function("() => player.current?.slide.flight !== undefined")
    with screen.expect_response("**/screen/key/", timeout=15_000) as key_answer:
        screen.evaluate(TEN_SECONDS_AGO)
    assert key_answer.value.status == 200
    screen.wait_for_function("() => io.playCount().then((count) => count > 0)")
    with screen.expect_response("**/screen/plays/", timeout=15_000):
        screen.evaluate("player.nextSend = 0")
    assert Play.objects.exists()


def test_screen_that_cannot_sign_shows_an_evacuation(window_of: Windows, manager: User) -> None:
    screen = paired(window_of, manager)
    screen.evaluate(BREAK_THE_STORE)
    screen.context.route("**/screen/key/", lambda route: route.abort())
    screen.evaluate("memory.clear()")
    message = write(manager, "Évacuation du hall", urgent=True)
    screen.evaluate("player.nextPoll = 0")
    shown = screen.locator(f"[data-slide='{message}']")
    expect(shown).to_be_visible(timeout=10_000)
    for _slide in range(2):
        screen.evaluate(TEN_SECONDS_AGO)
        screen.wait_for_function("() => player.overdue() === 0")
    with screen.expect_request("**/screen/alive/", timeout=15_000) as heartbeat:
        screen.evaluate("player.nextAlive = 0")
    body = json.loads(heartbeat.value.post_data or "")
    assert body["overdue"] == 0
    assert body["trouble"].endswith("store")
