"""Pages of shared rides: visibility, the effect of each click, and answers to invalid input."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from saas.accounts.models import User
from tenants.community.rides import actions
from tenants.community.rides.models import Booking, Departure, Ride
from tenants.community.rides.rules import Timing
from tenants.spaces.spots import site_ids
from tests.fixtures.people import AT, DAY, Browse, SameCost, SpaceClient, make_user
from tests.tenants.community.rides.making import ask, make_ride, ride_along


def form_data(**changes: object) -> dict[str, object]:
    """A browser's entries for a complete form."""
    usual: dict[str, object] = {
        "role": "driver",
        "way": "to",
        "site_id": str(min(site_ids())),
        "place": "Gare de Lorvaux",
        "distance_km": "12",
        "bearing": "n",
        "day": (timezone.localdate() + DAY).isoformat(),
        "time": "08:00",
        "until": "",
        "seats": "3",
        "price_cents": "1,50",
        "note": "",
        "key": str(uuid.uuid4()),
    }
    return usual | changes


def request_of(ride: Ride, **changes: object) -> dict[str, object]:
    """A browser's entries to ask for a seat on a ride's first day."""
    day = timezone.localtime(ride.departures.order_by("starts_at")[0].starts_at)
    usual: dict[str, object] = {
        "dates": [f"{day:%Y-%m-%d}"],
        "place": "Pont de la Loge",
        "distance_km": "6",
        "bearing": "ne",
        "words": "",
    }
    return usual | changes


def test_three_rows_cost_what_one_costs(
    hers: SpaceClient, same_cost: SameCost, owner: User, teammate: User
) -> None:
    now = timezone.now()
    week = Timing((now + DAY).date(), dt.time(8), "0123456", (now + 9 * DAY).date())
    first = make_ride(owner, at=now, timing=week, seats=8)
    ask(first, teammate, at=now)
    urls = ("/rides/?km=9&bearing=e", "/rides/mine/", first.get_absolute_url(), "/")
    with same_cost(hers, *urls, most=16):
        for name in ("Ines", "Hugo"):
            other = make_user(name)
            ask(first, other, at=now)
            ask(make_ride(other, at=now, timing=week), owner, at=now)


def test_offer_is_asked_for_and_accepted_by_clicks(
    browse: Browse, owner: User, teammate: User
) -> None:
    client, form = browse(owner), form_data()
    answers = [client.post("/rides/new/", form) for _ in range(2)]
    ride = Ride.objects.get()
    assert {answer["Location"] for answer in answers} == {ride.get_absolute_url()}
    assert timezone.localtime(Departure.objects.get().starts_at).time() == dt.time(8)
    passenger, url = browse(teammate), ride.get_absolute_url()
    text = passenger.get(url).text
    assert "1,50\u00a0€ par place" in text
    assert owner.email not in text
    assert passenger.post(url, request_of(ride, words="Avec un vélo pliant")).status_code == 303
    booking = Booking.objects.get()
    text = client.get(url).text
    assert "Avec un vélo pliant" in text
    assert "min de détour" in text
    assert client.post(f"/rides/bookings/{booking.reference}/accept/").status_code == 303
    assert "Acceptée" in passenger.get(url).text
    assert "J’ai une place" in passenger.get("/rides/").text
    assert "Lorvaux" in passenger.get("/rides/mine/").text
    late = passenger.post(f"/rides/bookings/{booking.reference}/cancel/", follow=False)
    assert late.status_code == 303
    assert Departure.objects.get().taken == 0


def test_requests_of_others_are_their_own(browse: Browse, owner: User, teammate: User) -> None:
    ride = make_ride(owner, at=timezone.now())
    booking = ask(ride, teammate, at=timezone.now())
    third = browse(make_user("Ines"))
    assert b"Karim" not in third.get(ride.get_absolute_url()).content
    for verb in ("accept", "decline", "cancel"):
        assert third.post(f"/rides/bookings/{booking.reference}/{verb}/").status_code == 404
    assert browse(teammate).post(f"/rides/bookings/{booking.reference}/accept/").status_code == 403


MISTAKES: list[tuple[dict[str, object], str]] = [
    ({"place": ""}, "Dites d’où vous partez"),
    ({"place": "x" * 10_000}, "60 caractères"),
    (
        {"distance_km": "loin"},
        "«\u00a0À combien du site\u202f?\u00a0» attend un nombre entier, par exemple 12.",
    ),
    ({"distance_km": "0"}, "entre 1 et 200 km"),
    ({"bearing": "up"}, "choix valide"),
    ({"day": "2020-01-01"}, "Ce départ est passé"),
    ({"day": "2099-01-01"}, "six mois"),
    ({"time": "08:01"}, "choix valide"),
    ({"back": "08:00"}, "Le retour part après l’aller"),
    ({"weekdays": ["0"]}, "dans les six mois"),
    ({"weekdays": ["9"], "until": "2030-01-01"}, "choix valide"),
    ({"seats": "9"}, "de 1 à 8"),
    ({"price_cents": "20"}, "la loi ne permet que de partager les frais"),
    ({"price_cents": "beaucoup"}, "montant"),
    ({"site_id": "999999"}, "choix valide"),
]


def test_mistake_is_shown_beside_its_field_and_what_was_typed_stays(
    hers: SpaceClient, subtests: pytest.Subtests
) -> None:
    for changes, sentence in MISTAKES:
        with subtests.test(sentence):
            text = hers.refused("/rides/new/", form_data(note="Coffre plein", **changes))
            assert sentence in text
            assert "Coffre plein" in text
    assert not Ride.objects.exists()


def test_both_ways_are_offered_by_one_form_which_remembers_the_place(
    browse: Browse, owner: User
) -> None:
    client = browse(owner)
    form = form_data(back="17:30", distance_km="12,5", place="Pont de la Loge")
    for _ in range(2):
        assert client.post("/rides/new/", form).status_code == 303
    there, back = Ride.objects.order_by("pk")
    assert (there.way, back.way) == ("to", "from")
    assert {there.distance_km, back.distance_km} == {13}
    hours = Departure.objects.order_by("starts_at").values_list("starts_at", flat=True)
    assert [timezone.localtime(one).time() for one in hours] == [dt.time(8), dt.time(17, 30)]
    page = client.get("/rides/new/").text
    assert 'value="Pont de la Loge"' in page
    assert 'value="13"' in page


def test_place_that_a_passenger_named_is_offered_at_the_next_ride(
    browse: Browse, owner: User, teammate: User
) -> None:
    at = timezone.now()
    first, second = make_ride(owner, at=at), make_ride(make_user("Ines"), at=at)
    client = browse(teammate)
    client.post(
        first.get_absolute_url(), request_of(first, place="Pont de la Loge", distance_km="6")
    )
    page = client.get(second.get_absolute_url()).text
    assert 'value="Pont de la Loge"' in page
    assert 'value="6"' in page
    elsewhere = make_ride(make_user("Lou"), at=at)
    Ride.objects.filter(pk=elsewhere.pk).update(site_id=second.site_id + 1)  # another distance
    assert "Pont de la Loge" not in client.get(elsewhere.get_absolute_url()).text


def test_neither_way_is_offered_if_one_is_refused(hers: SpaceClient) -> None:
    today = timezone.localdate().isoformat()
    hers.refused("/rides/new/", form_data(day=today, time="00:00", back="00:15"))
    assert not Ride.objects.exists()


def test_weekly_ride_is_listed_for_two_days_then_no_more(browse: Browse, owner: User) -> None:
    now = timezone.now()
    every_day = Timing((now + DAY).date(), dt.time(8), "0123456", (now + 9 * DAY).date())
    make_ride(owner, at=now, timing=every_day)
    later = Timing((now + 3 * DAY).date(), dt.time(9), "0123456", (now + 9 * DAY).date())
    ride = make_ride(owner, at=now, timing=later)
    page = browse(make_user("Ines")).get("/rides/").text
    assert page.count(ride.get_absolute_url()) == 1
    assert page.count('class="lead" href="/rides/') <= 3


def test_accepted_seat_comes_first_in_a_full_car(
    browse: Browse, owner: User, teammate: User
) -> None:
    ride = make_ride(owner, at=timezone.now(), seats=1)
    ride_along(ride, teammate, at=timezone.now())
    page = browse(teammate).get(ride.get_absolute_url()).text
    assert page.index("Vous avez une place") < page.index("Partage des frais")
    assert "La voiture est pleine" not in page


def test_request_without_day_or_place_comes_back(his: SpaceClient, owner: User) -> None:
    ride = make_ride(owner, at=timezone.now())
    url = ride.get_absolute_url()
    for changes, sentence in (
        ({"dates": []}, "Choisissez au moins un départ."),
        ({"dates": ["2020-01-01"]}, "choix valide"),
        ({"place": ""}, "Dites d’où vous partez"),
        ({"distance_km": "4000"}, "entre 1 et 200 km"),
    ):
        response = his.post(url, request_of(ride, **changes))
        assert (response.status_code, sentence in response.text) == (422, True)
    assert not Booking.objects.exists()


def test_seat_that_somebody_took_a_second_before_is_refused_and_nothing_is_lost(
    browse: Browse, owner: User, teammate: User
) -> None:
    ride = make_ride(owner, at=timezone.now(), seats=1)
    entries = request_of(ride, words="Ponctuel")
    actions.accept(
        booking=ask(ride, make_user("Ines"), at=timezone.now()), by=owner, at=timezone.now()
    )
    assert "La voiture est pleine" in browse(teammate).refused(ride.get_absolute_url(), entries)


def test_tomorrow_comes_first_then_today_then_the_rest(
    browse: Browse, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: AT)
    client = browse(owner)
    for days, hour in ((0, 18), (1, 8), (2, 8)):
        day = (AT + days * DAY).date()
        make_ride(owner, at=AT, timing=Timing(day, dt.time(hour)))
    text = client.get("/rides/").text
    order = [text.index(word) for word in ("Demain, jeudi", "Aujourd’hui, mercredi", "Vendredi 27")]
    assert order == sorted(order)


def test_day_and_ride_are_cancelled_from_the_page_by_their_author_alone(
    browse: Browse, hers: SpaceClient, owner: User, teammate: User
) -> None:
    now = timezone.now()
    week = Timing((now + DAY).date(), dt.time(8), "0123456", (now + 5 * DAY).date())
    ride = make_ride(owner, at=now, timing=week)
    url, day = ride.get_absolute_url(), f"{timezone.localdate() + 2 * DAY:%Y-%m-%d}"
    assert browse(teammate).post(f"{url}{day}/cancel/").status_code == 403
    assert browse(teammate).get(f"{url}close/").status_code == 403
    assert hers.post(f"{url}{day}/cancel/").status_code == 303
    assert Departure.objects.exclude(cancelled_at=None).count() == 1
    assert hers.post(f"{url}never/cancel/").status_code == 404
    assert hers.post(f"{url}2020-01-01/cancel/").status_code == 404
    assert "Arrêter ce trajet" in hers.get(f"{url}close/").text
    assert hers.post(f"{url}close/").status_code == 303
    assert "Terminé" in hers.get(url).text


def test_filters_stand_in_the_address_and_nonsense_is_left_out(
    his: SpaceClient, owner: User
) -> None:
    now = timezone.now()
    make_ride(owner, at=now)
    make_ride(owner, at=now, role="passenger", seats=1, way="from")

    def rows(query: str) -> int:
        return his.get(f"/rides/?{query}").content.count(b'class="lead"')

    assert [rows(one) for one in ("", "role=driver", "way=from", "free=on")] == [2, 1, 1, 2]
    assert b"de d\xc3\xa9tour" in his.get("/rides/?km=8&bearing=s").content
    for odd in (
        "role=x&way=y&site=z&page=-3",
        "page=9999999999999999999",
        "km=8",
        "km=-1&bearing=q",
    ):
        assert rows(odd) == 2
