"""Screens are paired by a code, hold a token that opens their own addresses, and are let go."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import hooks, schema
from tenants.community.kiosk.actions import loop as loop_actions
from tenants.community.kiosk.actions import screens as screen_actions
from tenants.community.kiosk.models import Pairing, Play, Screen
from tenants.community.kiosk.queries import playlist
from tenants.community.kiosk.rules import screens as rules
from tenants.community.kiosk.views import pages
from tenants.community.mediastore.rules.shelf import gate_code_of
from tenants.community.notifications.models import Notification
from tests.fixtures.people import AT, Browse
from tests.tenants.community.kiosk.making import HALL, Device, paired, play
from tests.tenants.community.mediastore.making import make_medium


def test_code_is_typed_and_its_browser_alone_gets_the_token(browse: Browse, manager: User) -> None:
    device, onlooker = Device(browse()), Device(browse())
    code = device.code()
    assert device.say("/screen/claim/").status_code == 204
    typed = browse(manager).post("/kiosk/pair/", {**HALL, "code": f"{code[:3]} {code[3:]}"})
    assert typed.status_code == 303
    assert onlooker.say("/screen/claim/").status_code == 204
    assert device.say("/screen/claim/").status_code == 200
    assert device.say("/screen/claim/").status_code == 204  # used up
    assert device.ids() == ["house:house"]
    assert onlooker.client.get("/screen/playlist/").status_code == 204
    assert not Pairing.objects.exists()


def test_ten_codes_of_another_space_pair_nothing_and_are_enough(
    browse: Browse, manager: User
) -> None:
    client = browse(manager)
    wrong = {**HALL, "code": Device(browse(space="south")).code()}
    for _try in range(10):
        assert "Aucun écran d’ici" in client.post("/kiosk/pair/", wrong).text
    with schema.inside("south"):
        assert Pairing.objects.get().screen_id is None
    right = {**HALL, "code": Device(browse()).code()}
    refused = client.refused("/kiosk/pair/", right)
    assert "Trop d’essais" in refused
    assert right["code"] in refused


def test_unpaired_screen_is_refused_at_once(
    browse: Browse, manager: User, django_capture_on_commit_callbacks: Any
) -> None:
    device, screen = paired(browse(), manager, AT)
    etag = device.client.get("/screen/playlist/")["ETag"]
    again = device.client.get("/screen/playlist/", headers={"if-none-match": etag})
    assert again.status_code == 304
    with django_capture_on_commit_callbacks(execute=True):
        browse(manager).post(f"/kiosk/screens/{screen.reference}/unpair/")
    gone = device.client.get("/screen/playlist/", headers={"if-none-match": etag})
    assert gone.status_code == 401
    assert not Screen.objects.exists()


def test_second_browser_with_a_token_is_refused(browse: Browse, manager: User) -> None:
    device, screen = paired(browse(), manager, AT)
    first = device.say("/screen/alive/", {"instance": "one", "slide": "house:house"})
    assert first.status_code == 200
    twin = device.say("/screen/alive/", {"instance": "two"})
    assert twin.status_code == 409
    assert "déjà affiché ailleurs" in twin.json()["detail"]
    screen.refresh_from_db()
    assert (screen.instance, screen.slide) == ("one", "house:house")


def test_play_counts_once_and_only_signed(browse: Browse, manager: User) -> None:
    device, screen = paired(browse(), manager, AT)
    good = play(screen, shown_at=AT)
    forged = {**play(screen, shown_at=AT), "signature": "0" * 64}
    late = play(screen, shown_at=AT + dt.timedelta(hours=1))
    sent = {"plays": [good, forged, late, {"signed": "x"}, 7]}
    for _time in range(2):
        assert len(device.say("/screen/plays/", sent).json()["kept"]) == 3
    stored = Play.objects.get()
    assert (stored.slide_reference, stored.day, stored.seconds) == ("BP-2345678", AT.date(), 10)
    screen_actions.unpair(screen=screen, by=manager, at=AT)
    assert Play.objects.count() == 1  # it outlives its screen


def test_screen_speaks_json_and_opens_nothing_else(browse: Browse, manager: User) -> None:
    device, _screen = paired(browse(), manager, AT)
    assert device.client.post("/screen/alive/", {"instance": "x"}).status_code == 422
    assert device.client.get("/kiosk/").status_code == 302
    assert device.client.get("/screen/media/0123456789abcdef").status_code == 404


def test_code_of_a_message_for_some_screens_leads_to_it(browse: Browse, manager: User) -> None:
    hour = dt.timedelta(hours=1)
    words = rules.Words(
        "Cantine fermée", "", "Cantine", is_urgent=False, starts_at=AT, ends_at=AT + hour
    )
    message = loop_actions.write_message(words=words, by=manager, at=AT)
    [slide] = playlist.messages_of_groups(AT)
    assert slide.reference == message.reference
    assert "Cantine fermée" in browse().get(f"/k/{playlist.go_code(slide)}/").text
    loop_actions.withdraw_message(message=message, by=manager, at=AT)
    assert "n’est plus au mur" in browse().get(f"/k/{playlist.go_code(slide)}/").text


@pytest.mark.parametrize("is_urgent", [True, False])
def test_urgent_message_is_drawn_in_alarm_colour_without_a_code(
    browse: Browse, manager: User, *, is_urgent: bool
) -> None:
    end = AT + dt.timedelta(hours=1)
    words = rules.Words("Évacuez", "", "", is_urgent=is_urgent, starts_at=AT, ends_at=end)
    loop_actions.write_message(words=words, by=manager, at=AT)
    device, _screen = paired(browse(), manager, AT)
    slides = device.client.get("/screen/playlist/").json()["slides"]
    [message] = [one["html"] for one in slides if one["id"].startswith("message:")]
    assert ("slide alarm" in message, "slide-code" in message) == (is_urgent, not is_urgent)


def test_strangers_read_by_its_code_what_hangs_in_the_hall_and_guess_none(
    browse: Browse, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_medium(manager, access="on_site")
    day = timezone.localdate()
    code = gate_code_of(day)
    stranger = browse()
    for guess in (f"{day:%Y%m%d}", "council", "thanks", "house", "media", code):
        page = stranger.get(f"/k/{guess}/")
        assert "n’est plus au mur" in page.text, guess
        assert code[3:] not in page.text.replace(guess, ""), guess

    slides = [slide for found in hooks.slides.ask(AT) for slide in found]
    [today] = [one for one in slides if one.reference == f"{day:%Y%m%d}"]
    address = f"/k/{playlist.go_code(today)}/"
    assert code[3:] in stranger.get(address).text
    assert browse(manager).get(address)["Location"] == today.url
    with schema.inside("south"):
        elsewhere = playlist.go_code(today)
    assert "n’est plus au mur" in stranger.get(f"/k/{elsewhere}/").text

    monkeypatch.setattr(pages, "SCANS_OF_A_NETWORK", 3)
    assert stranger.get(address).status_code == 422
    assert browse(manager).get(address).status_code == 303


def test_key_is_handed_again_to_the_screen_alone(browse: Browse, manager: User) -> None:
    device, screen = paired(browse(), manager, AT)
    assert device.say("/screen/key/").json() == {"secret": screen.play_secret}
    assert Device(browse()).say("/screen/key/").status_code == 401
    assert device.client.get("/screen/key/").status_code == 405


def test_frozen_screen_notifies_its_managers(browse: Browse, manager: User) -> None:
    device, screen = paired(browse(), manager, AT)
    client, page = browse(manager), f"/kiosk/screens/{screen.reference}/"
    notices = Notification.objects.filter(person=manager)

    def say(overdue: Any) -> None:
        device.say("/screen/alive/", {"instance": "one", "slide": "deal:x", "overdue": overdue})

    for overdue in (0, 59, None, "x", -7):
        say(overdue)
        assert "Figé" not in client.get("/kiosk/").text
    for _time in range(2):
        say(180)
    assert "Figé" in client.get("/kiosk/").text
    assert "Cet écran est figé" in client.get(page).text
    assert notices.count() == 1
    say(0)
    assert "Figé" not in client.get("/kiosk/").text
    assert "Cet écran est figé" not in client.get(page).text
