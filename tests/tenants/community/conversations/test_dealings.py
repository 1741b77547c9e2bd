"""Loans and seats as cards of a thread, with buttons that lead back to it; pages that move."""

import pytest
from django.utils import timezone

from saas.accounts.models import User
from tenants.community.conversations.models import Conversation
from tenants.community.lending.actions import loans as loan_actions
from tenants.community.lending.models import Loan
from tenants.community.rides.models import Booking
from tests.fixtures.people import HOUR, Browse, SameCost, SpaceClient, make_user
from tests.tenants.community.conversations.test_meetings import talk_about
from tests.tenants.community.gatherings.making import make_gathering
from tests.tenants.community.lending.making import ask, make_thing, slot
from tests.tenants.community.rides.making import ask as ask_for_seat
from tests.tenants.community.rides.making import make_ride


@pytest.fixture
def loan(owner: User, teammate: User) -> Loan:
    """A drill, requested by the teammate from now on."""
    at = timezone.now()
    return ask(make_thing(owner, at=at), teammate, slot(at), at=at)


@pytest.fixture
def talk(loan: Loan, teammate: User) -> Conversation:
    return talk_about(loan.thing, teammate)


def press(client: SpaceClient, talk: Conversation, loan: Loan, verb: str) -> None:
    """Press a button of the thread, and come back to it."""
    url = talk.get_absolute_url()
    shown = client.get(url).text
    assert f'value="{verb}"' in shown
    assert f'formaction="{loan.get_absolute_url()}"' in shown
    answer = client.post(loan.get_absolute_url(), {"verb": verb, "back": f"{url}#last"})
    assert (answer.status_code, answer["Location"]) == (303, f"{url}#last")


def test_whole_loan_is_made_in_the_thread(
    browse: Browse, talk: Conversation, loan: Loan, owner: User, teammate: User
) -> None:
    press(browse(owner), talk, loan, "accept")
    waiting = browse(teammate).get(talk.get_absolute_url()).text
    assert f"/lending/loans/{loan.reference}/handover/" in waiting
    assert "Votre code" in waiting
    press(browse(teammate), talk, loan, "hand_over")
    press(browse(owner), talk, loan, "give_back")
    press(browse(teammate), talk, loan, "thank")
    assert loan.thing.title in browse(teammate).get(talk.get_absolute_url()).text
    assert "formaction" not in browse(teammate).get(talk.get_absolute_url()).text


def test_loan_with_another_person_is_in_no_thread(
    browse: Browse, talk: Conversation, loan: Loan, owner: User
) -> None:
    ines, at = make_user("Ines"), timezone.now()
    saw = make_thing(owner, at=at, title="Scie sauteuse")
    ask(saw, ines, slot(at), at=at)
    shown = browse(owner).get(talk.get_absolute_url()).text
    assert loan.reference in shown
    assert "Scie sauteuse" not in shown


def test_only_a_local_address_is_led_back_to(browse: Browse, loan: Loan, owner: User) -> None:
    url = loan.get_absolute_url()
    answer = browse(owner).post(url, {"verb": "accept", "back": "https://evil.example/"})
    assert answer["Location"] == url


def test_seat_is_given_in_the_thread(browse: Browse, owner: User, teammate: User) -> None:
    at = timezone.now()
    booking = ask_for_seat(make_ride(owner, at=at), teammate, at=at)
    talk = talk_about_ride(booking, teammate)
    url = f"/rides/bookings/{booking.reference}/accept/"
    assert f'formaction="{url}"' in browse(owner).get(talk.get_absolute_url()).text
    assert url not in browse(teammate).get(talk.get_absolute_url()).text
    answer = browse(owner).post(url, {"back": talk.get_absolute_url()})
    assert answer["Location"] == talk.get_absolute_url()
    assert "Acceptée" in browse(teammate).get(talk.get_absolute_url()).text


def talk_about_ride(booking: Booking, asker: User) -> Conversation:
    return talk_about(booking.departure.ride, asker)


def test_more_loans_cost_no_more_statements(
    browse: Browse, talk: Conversation, owner: User, teammate: User, same_cost: SameCost
) -> None:
    client, at = browse(owner), timezone.now()
    with same_cost(client, talk.get_absolute_url(), most=22):
        for hours, title in ((1, "Tente"), (2, "Pompe")):
            ask(
                make_thing(owner, at=at, title=title), teammate, slot(at, after=hours * HOUR), at=at
            )


def watched(client: SpaceClient, page: str) -> str:
    """Return the address that a page asks again and again."""
    text = client.get(page).text
    return text.split('data-poll-url="')[1].split('"')[0]


def test_pages_move_when_the_other_side_does(
    browse: Browse, loan: Loan, owner: User, teammate: User
) -> None:
    at, page = timezone.now(), loan.get_absolute_url()
    loan_actions.accept(loan=loan, by=owner, at=at)
    stranger = make_user("Ines")
    for shown in (page, f"{page}handover/"):
        watching = watched(browse(teammate), shown)
        assert browse(teammate).get(watching).status_code == 204
        assert browse(stranger).get(watching).status_code == 404
    loan_actions.hand_over(loan=loan, by=owner, at=at)
    assert browse(teammate).get(watching)["HX-Redirect"] == page


def test_rides_and_gatherings_move_when_someone_joins(
    browse: Browse, owner: User, teammate: User
) -> None:
    at = timezone.now()
    ride, run = make_ride(owner, at=at), make_gathering(owner, at=at)
    pages = [ride.get_absolute_url(), run.get_absolute_url()]
    watching = [watched(browse(owner), page) for page in pages]
    assert [browse(owner).get(one).status_code for one in watching] == [204, 204]
    ask_for_seat(ride, teammate, at=at)
    browse(teammate).post(f"{run.get_absolute_url()}join/")
    assert [browse(owner).get(one)["HX-Redirect"] for one in watching] == pages
