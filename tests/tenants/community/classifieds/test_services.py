"""Services: their kinds, their hours, and the search by day and hour."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel.errors import Refused
from saas.kernel.values import week
from tenants.community.classifieds import actions
from tenants.community.classifieds.models import Availability, Classified
from tenants.community.classifieds.queries import board, single
from tests.fixtures.people import Browse, SameCost, SpaceClient, make_user
from tests.tenants.community.classifieds.making import make_classified, offer
from tests.tenants.community.classifieds.test_pages import form_data

EVENING = (week.Hours(4, 1_080, 1_200),)


def make_service(author: User, **changes: Any) -> Classified:
    """Offer to mind children on Thursday evenings."""
    usual: dict[str, Any] = {
        "kind": "service",
        "title": "Garde d’enfants",
        "price_cents": 900,
        "price_unit": "hour",
        "service": "childcare",
        "availability": EVENING,
    }
    return make_classified(author, **(usual | changes))


def test_service_is_found_by_its_kind_day_and_hour(owner: User) -> None:
    make_service(owner)
    make_classified(owner)
    cases: list[tuple[dict[str, Any], bool]] = [
        ({"weekday": 4}, True),
        ({"weekday": 3}, False),
        ({"weekday": 4, "minute": 1_080}, True),
        ({"weekday": 4, "minute": 1_199}, True),
        ({"weekday": 4, "minute": 1_200}, False),
        ({"minute": 1_110}, True),
        ({"minute": 700}, False),
        ({"service": "childcare", "weekday": 4}, True),
        ({"service": "pets", "weekday": 4}, False),
    ]
    for filters, found in cases:
        rows = board.fitting(board.Filters(**filters), viewer=owner, at=timezone.now())
        assert [row.title for row in rows] == (["Garde d’enfants"] if found else []), filters


def test_service_without_a_kind_is_another_one_and_things_have_no_kind_nor_hours(
    owner: User,
) -> None:
    assert make_service(owner, service="").service == "other"
    thing = make_classified(owner, service="pets", availability=EVENING)
    assert (thing.service, single.hours_of(thing)) == ("", [])
    service, now = make_service(owner), timezone.now()
    changed = actions.edit(classified=service, offer=offer(), pictures=[], by=owner, at=now)
    assert (changed.service, single.hours_of(changed)) == ("", [])


@pytest.mark.parametrize(
    "hours",
    [
        (week.Hours(8, 60, 120),),
        (week.Hours(1, 120, 120),),
        (week.Hours(1, 60, 1_455),),
        (week.Hours(1, 62, 120),),
        (week.Hours(1, 60, 120), week.Hours(1, 180, 240)),
    ],
)
def test_hours_that_are_none_are_refused_and_nothing_is_posted(
    owner: User, hours: tuple[week.Hours, ...]
) -> None:
    with pytest.raises(Refused) as refusal:
        make_service(owner, availability=hours)
    assert refusal.value.field == "availability"
    assert not Classified.objects.exists()


@pytest.mark.parametrize(
    "columns",
    [
        {"weekday": 0, "starts_minute": 60, "ends_minute": 120},
        {"weekday": 1, "starts_minute": 120, "ends_minute": 60},
        {"weekday": 1, "starts_minute": 60, "ends_minute": 1_500},
        {"weekday": 4, "starts_minute": 60, "ends_minute": 120},
    ],
)
def test_database_holds_what_rules_say_of_hours(owner: User, columns: dict[str, int]) -> None:
    service = make_service(owner)
    with pytest.raises(IntegrityError), transaction.atomic():
        Availability.objects.create(classified=service, **columns)
    with pytest.raises(IntegrityError), transaction.atomic():
        Classified.objects.filter(pk=service.pk).update(service="")


@pytest.mark.parametrize(
    ("text", "minute"), [("18:30", 1_110), ("18 h 30", 1_110), ("18h", 1_080), ("0:00", 0)]
)
def test_time_is_read_as_people_type_it(text: str, minute: int) -> None:
    assert week.minute_of(text) == minute
    for off_the_quarter_hour in ("25:00", "18:61", "18:07", "midi", "24:15", "-1:00"):
        with pytest.raises(Refused):
            week.minute_of(off_the_quarter_hour)


def hours_typed(**changes: str) -> dict[str, str]:
    """A browser's fields of the seven weekdays, empty unless told otherwise."""
    empty = {f"availability_{day}_{end}": "" for day in week.DAYS for end in ("from", "to")}
    return empty | changes


def test_hours_are_typed_shown_and_edited(hers: SpaceClient, his: SpaceClient) -> None:
    form = form_data(kind="service", service="pets", **hours_typed(availability_4_from="18:00"))
    refused = hers.refused("/classifieds/new/", form)
    assert "Jeudi\u00a0: indiquez le début et la fin." in refused
    assert 'value="18:00"' in refused
    hers.post("/classifieds/new/", form | {"availability_4_to": "00:00"})
    service = Classified.objects.get()
    assert single.hours_of(service) == [week.Hours(4, 1_080, 1_440)]
    text = his.get(service.get_absolute_url()).text
    assert "Garde d’animaux" in text
    assert "18\u00a0h\u00a000 – 0\u00a0h\u00a000" in text
    assert 'value="18:00"' in hers.get(f"{service.get_absolute_url()}edit/").text


def test_filter_stands_in_the_address_and_can_be_dropped(hers: SpaceClient, owner: User) -> None:
    make_service(owner)
    text = hers.get("/classifieds/?kind=service&weekday=4&hour=18:00").text
    assert "libre jeudi à 18\u00a0h\u00a000" in text
    assert "1 annonce" in text
    nothing = hers.get("/classifieds/?kind=service&weekday=5&hour=18:00").text
    assert "À tout moment" in nothing
    assert hers.get("/classifieds/?weekday=9&hour=99:99&service=x").status_code == 200


def test_three_services_cost_what_one_costs(
    his: SpaceClient, same_cost: SameCost, owner: User
) -> None:
    make_service(owner)
    with same_cost(his, "/classifieds/?kind=service&weekday=4&hour=18:00", most=9):
        for name in ("Ines", "Hugo"):
            make_service(make_user(name))


def test_program_posts_finds_and_reads_hours(browse: Browse, owner: User) -> None:
    client, url = browse(owner), "/api/v1/classifieds/"
    hours = {"weekday": 4, "starts": "18:00", "ends": "20:00"}
    body = {
        "kind": "service",
        "title": "Maths",
        "place": "Hall B",
        "service": "tutoring",
        "availability": [hours],
    }
    made = client.post(url, body, content_type="application/json")
    assert made.status_code == 201
    assert (made.json()["service"], made.json()["availability"]) == ("tutoring", [hours])
    late = body | {"availability": [hours | {"ends": "17:00"}]}
    assert client.post(url, late, content_type="application/json").status_code == 422
    odd = body | {"availability": [hours | {"starts": "18:07"}]}
    assert client.post(url, odd, content_type="application/json").status_code == 400
    found = client.get(f"{url}?service=tutoring&weekday=4&hour=18:30").json()
    assert found["count"] == 1
    assert client.get(f"{url}?weekday=4&hour=20:00").json()["count"] == 0
    assert client.get(f"{url}?hour=18:07").status_code == 400
