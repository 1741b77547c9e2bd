"""The loop: parts of the day over nights of the clock change, order, weights; how it is managed."""

import datetime as dt
import zoneinfo

import pytest

from saas.accounts.models import User
from saas.kernel.hooks import Slide
from tenants.community.deals import actions as deals
from tenants.community.deals.rules import Terms
from tenants.community.kiosk.models import Arrangement, DayPart, ScreenMessage
from tenants.community.kiosk.rules import loop
from tenants.community.members.models import Role
from tests.fixtures.people import AT, Browse, make_user
from tests.tenants.community.kiosk.making import paired

PARIS = zoneinfo.ZoneInfo("Europe/Paris")
NOON = dt.datetime(2026, 11, 25, 11, tzinfo=dt.UTC)
HIDDEN, TWICE = loop.Arranged(is_hidden=True), loop.Arranged(weight=2)


def slide(kind: str, number: int = 1) -> Slide:
    flight = "FL-ABCDEF" if kind == "placement" else ""
    day = dt.timedelta(days=1)
    return Slide(kind, str(number), "x", "", "", "/", NOON, NOON + day, flight=flight)


DEALS = [slide("deal", number) for number in range(1, 5)]


def test_ad_is_off_the_screens_on_closed_days() -> None:
    days = [NOON.date() + dt.timedelta(days=count) for count in range(3)]
    ends_at = NOON + dt.timedelta(days=2)
    shown = slide("placement")._replace(ends_at=ends_at, closed_days=(days[1],))
    for hours, first in (((0, 24), NOON), ((14, 19), NOON + dt.timedelta(hours=2))):
        windows = loop.windows_of(
            shown._replace(hours=hours), starts_at=NOON, ends_at=ends_at, zone=PARIS
        )
        assert {begin.astimezone(PARIS).date() for begin, _end in windows} <= {days[0], days[2]}
        assert windows[0][0] == first
        assert windows[0][1].astimezone(PARIS) <= dt.datetime.combine(days[1], dt.time(), PARIS)


@pytest.mark.parametrize(
    ("day", "hours"),
    [((2026, 10, 25), 4), ((2026, 11, 25), 3), ((2027, 3, 28), 2)],
    ids=["an hour comes twice", "an usual night", "an hour is skipped"],
)
def test_part_of_the_night_lasts_as_long_as_the_clock_on_the_wall_shows_it(
    day: tuple[int, int, int], hours: int
) -> None:
    begin = dt.datetime(*day, tzinfo=PARIS).astimezone(dt.UTC)
    part = loop.Part("Nuit", loop.EVERY_DAY, 60, 4 * 60, loop.SLEEP)
    end = begin + dt.timedelta(hours=12)
    spans = loop.spans_of([part], starts_at=begin, ends_at=end, zone=PARIS)
    assert [span.part.mode for span in spans] == [loop.PLAY, loop.SLEEP, loop.PLAY]
    assert spans[1].ends_at - spans[1].starts_at == dt.timedelta(hours=hours)
    assert (spans[0].starts_at, spans[-1].ends_at) == (begin, end)


@pytest.mark.parametrize(
    ("mode", "weights", "shown"),
    [
        (loop.PLAY, {}, {"deal:1", "message:1", "placement:1"}),
        (loop.PLAY, {"deal": 0}, {"message:1", "placement:1"}),
        (loop.QUIET, {}, {"message:1"}),
        (loop.SLEEP, {}, set()),
    ],
)
def test_part_of_the_day_says_what_is_shown(
    mode: str, weights: dict[str, int], shown: set[str]
) -> None:
    part = loop.Part("", loop.EVERY_DAY, 0, 24 * 60, mode, weights)
    slides = [slide("deal"), slide("message"), slide("placement")]
    assert set(loop.loop_of(slides, part, {})) == shown


def test_loop_leaves_out_hidden_slides_and_spreads_frequent_ones() -> None:
    order = loop.loop_of(DEALS, loop.USUAL, {"deal:2": HIDDEN, "deal:3": TWICE})
    assert sorted(order) == ["deal:1", "deal:3", "deal:3", "deal:4"]
    assert "deal:3 deal:3" not in " ".join(order)


def test_kinds_of_slides_take_turns_in_the_loop() -> None:
    listings = [slide("classified", number) for number in range(6)]
    order = loop.loop_of([*listings, *DEALS[:2], slide("gathering")], loop.USUAL, {})
    assert [name.partition(":")[0] for name in order[:5]] == [
        *("classified", "deal", "gathering", "classified", "deal")
    ]


@pytest.mark.parametrize("count", [1, 2, 10])
def test_placement_is_never_first_nor_beside_another(count: int) -> None:
    paid = [slide("placement", number) for number in range(count)]
    order = loop.loop_of([*paid, *DEALS], loop.USUAL, {})
    kinds = [name.partition(":")[0] for name in order]
    assert kinds[0] == "deal"
    assert "placement placement" not in " ".join(kinds)
    assert kinds.count("placement") == count


def test_manager_sets_parts_of_the_day_and_an_empty_part_is_refused(
    browse: Browse, manager: User
) -> None:
    client = browse(manager)
    part = {"name": "Midi", "weekdays": ["0"], "starts": "660", "mode": "play", "weight_deal": "3"}
    refused = client.refused("/kiosk/hours/new/", {**part, "ends": "660"})
    assert "au même moment" in refused
    assert 'value="Midi"' in refused
    assert client.post("/kiosk/hours/new/", {**part, "ends": "840"}).status_code == 303
    stored = DayPart.objects.get()
    assert (stored.weekdays, stored.weights["deal"]) == (1, 3)
    assert "Midi" in client.get("/kiosk/hours/").text


def test_manager_takes_a_thing_off_the_loop_and_a_long_message_is_refused(
    browse: Browse, manager: User
) -> None:
    end = (AT + dt.timedelta(days=2)).date()
    terms = Terms("food", "Croissants", "x", "", "", end, on_screens=True)
    deal = deals.post(terms=terms, by=manager, at=AT)
    client, (device, _screen) = browse(manager), paired(browse(), manager, AT)
    thing = {"kind": "deal", "reference": deal.reference, "order": ""}
    client.post("/kiosk/loop/arrange/", {**thing, "verb": "hide"})
    assert Arrangement.objects.get().is_hidden
    spans = device.client.get("/screen/playlist/").json()["spans"]
    assert f"deal:{deal.reference}" not in {name for span in spans for name in span["loop"]}
    sold = {"kind": "placement", "reference": "FL-ABCDEF", "verb": "hide", "order": ""}
    client.post("/kiosk/loop/arrange/", sold)
    assert "est vendu" in client.get("/kiosk/loop/").text
    day = f"{AT:%Y-%m-%d}"
    when = {"starts_on": day, "starts": "0", "ends_on": day, "ends": "1425"}
    refused = client.post("/kiosk/messages/", {**when, "title": "un " * 13})
    assert "On lit 12 mots" in refused.text
    assert not ScreenMessage.objects.exists()


@pytest.mark.parametrize(
    ("role", "company_id", "leads_to"),
    [
        ("treasurer", None, "/kiosk/messages/"),
        ("council", 1, "/kiosk/messages/"),
        ("administrator", None, ""),
        ("administrator", 1, None),
        ("moderator", None, None),
    ],
)
def test_rail_leads_each_role_to_the_screens_it_has(
    browse: Browse, in_north: None, role: str, company_id: int | None, leads_to: str | None
) -> None:
    person = make_user("Delphine")
    Role.objects.create(user=person, role=role, company_id=company_id, given_at=AT)
    client = browse(person)
    assert ('href="/kiosk/"' in client.get("/me/").content.decode()) == (leads_to is not None)
    answer = client.get("/kiosk/")
    assert answer.get("Location", "") == (leads_to or "")
    assert answer.status_code == {"": 200, None: 403}.get(leads_to, 303)
