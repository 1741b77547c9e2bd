"""A touch screen shows only the items that their authors allowed, and nothing personal."""

import datetime as dt
from typing import Any

from lxml import html  # type: ignore[import-untyped]

from saas.accounts.models import User
from saas.kernel.secrets import tokens
from tenants.community.deals import actions as deals
from tenants.community.deals.models import Deal
from tenants.community.deals.rules import Terms
from tenants.community.kiosk.actions import loop as actions
from tenants.community.kiosk.queries import playlist
from tests.fixtures.people import AT, Browse
from tests.tenants.community.kiosk.making import paired
from tests.tenants.community.mediastore.making import make_medium

PAGES = ("/screen/touch/", "/screen/touch/search/", "/media/touch/", "/neighbourhood/touch/")


def post(title: str, by: User, at: dt.datetime, *, on_screens: bool = True) -> Deal:
    end = (at + dt.timedelta(days=2)).date()
    terms = Terms("food", title, "x", "", "", end, on_screens=on_screens)
    return deals.post(terms=terms, by=by, at=at)


def test_only_a_screen_that_is_touched_opens_these_pages(browse: Browse, manager: User) -> None:
    plain, _screen = paired(browse(), manager, AT)
    touched, _screen = paired(browse(), manager, AT, name="Café", is_touched=True)
    for path in PAGES:
        assert touched.client.get(path).status_code == 200, path
        for other in (plain.client, browse(manager), browse(), browse(space="south")):
            assert other.get(path).status_code == 404, path
    for path in ("/", "/kiosk/", "/media/", "/neighbourhood/", "/deals/", "/api/v1/deals/"):
        assert touched.client.get(path).status_code in {302, 401}, path


def test_touch_pages_speak_both_languages_and_bring_a_keyboard(
    browse: Browse, manager: User
) -> None:
    touched, _screen = paired(browse(), manager, AT, is_touched=True)
    for language, erase in (("fr", "Effacer"), ("en", "Erase"), ("xx", "Effacer")):
        page = touched.client.get(f"/screen/touch/search/?lang={language}").text
        assert f'data-erase="{erase}"' in page


def test_touch_pages_sign_nobody_in(browse: Browse, manager: User) -> None:
    touched, _screen = paired(browse(), manager, AT, is_touched=True)
    signed_in = browse(manager)
    signed_in.cookies.update(touched.client.cookies)
    for path in (*PAGES, "/screen/"):
        alone, both = touched.client.get(path), signed_in.get(path)
        assert both.content == alone.content, path
        assert not both.cookies, path
        assert "signin" not in both.text, path


def test_search_finds_what_its_author_let_onto_the_wall_and_no_more(
    browse: Browse, manager: User
) -> None:
    touched, _screen = paired(browse(), manager, AT, is_touched=True)
    shown = post("Croissants du matin", manager, AT)
    stored = post("Croissants du soir", manager, AT, on_screens=False)
    hidden = post("Croissants du midi", manager, AT)
    Deal.objects.filter(pk=hidden.pk).update(hidden_at=AT)
    off = post("Croissants de minuit", manager, AT)
    actions.arrange(kind="deal", reference=off.reference, verb="hide", order=[], by=manager, at=AT)
    for address in ("/screen/touch/search/?q=croissant", "/screen/touch/search/"):
        text = touched.client.get(address).text
        assert shown.title in text
        assert not [one.title for one in (stored, hidden, off) if one.title in text]
    assert "Rien de tel" in touched.client.get("/screen/touch/search/?q=girafe").text
    assert touched.client.get(f"/screen/touch/{shown.reference}/").status_code == 200
    for one in (stored, hidden, off):
        assert touched.client.get(f"/screen/touch/{one.reference}/").status_code == 404
    for one in (shown, stored):  # its code leads a phone on, though it hangs in no loop
        code = tokens.name(playlist.SLIDE_CODE, f"deal:{one.reference}")
        page = browse().get(f"/k/{code}/?about={one.reference}")
        assert (one.title in page.text) == (one is shown)
    assert shown.title not in browse().get(f"/k/xx/?about={shown.reference}").text
    deals.close(deal=shown, by=manager, at=AT)
    assert touched.client.get(f"/screen/touch/{shown.reference}/").status_code == 404


def test_shelf_opens_what_is_read_on_site_by_all_at_once(browse: Browse, manager: User) -> None:
    touched, _screen = paired(browse(), manager, AT, is_touched=True)
    here = make_medium(manager, access="on_site")
    others = [make_medium(manager), make_medium(manager, access="on_site", copies=2)]
    assert here.title in touched.client.get("/media/touch/").text
    page: Any = touched.client.get(f"/media/touch/{here.reference}/read/1/")
    assert page.status_code == 200
    [scrolled] = html.fromstring(page.text).find_class("touch-page")
    assert scrolled.get("tabindex") == "0", "the keyboard scrolls what has the focus"
    for one in others:
        for path in ("", "read/1/", "file/1/", "picture/1/"):
            found = touched.client.get(f"/media/touch/{one.reference}/{path}")
            assert found.status_code == 404, path
