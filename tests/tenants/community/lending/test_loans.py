"""A loan from the request to the thanks: the person for each step, and its refusals."""

import uuid
from functools import partial

import pytest

from saas.accounts.models import User
from saas.kernel.errors import NotAllowed, Refused
from tenants.community.lending.actions import loans, things, times
from tenants.community.lending.models import Loan, Thing
from tenants.community.lending.queries import loan_pages as queries
from tenants.community.members.models import Role
from tests.fixtures.people import AT, DAY, HOUR, QUARTER, make_user
from tests.tenants.community.lending.making import PARIS, ask, make_loan_out, make_thing, slot
from tests.tenants.community.notifications.making import events_of


def notices_of(loan: Loan) -> set[tuple[str, bool]]:
    parts = [key.split(":") for key, _name in events_of("loan-")]
    mine = [part for part in parts if part[1] == str(loan.pk)]
    return {(part[0].removeprefix("loan-"), part[2] == "borrower") for part in mine}


def test_loan_goes_from_request_to_thanks(drill: Thing, owner: User, teammate: User) -> None:
    loan = ask(drill, teammate, slot(AT), at=AT)
    assert loan.state == "requested"
    loan = loans.accept(loan=loan, by=owner, at=AT)
    loan = loans.hand_over(loan=loan, by=teammate, at=AT)
    assert (loan.state, loan.handed_over_at) == ("out", AT)
    loan = loans.give_back(loan=loan, by=owner, at=AT + QUARTER)
    assert (loan.state, loan.returned_at) == ("returned", AT + QUARTER)
    loan = loans.thank(loan=loan, by=teammate, at=AT + QUARTER)
    assert loan.thanked_at == AT + QUARTER
    assert notices_of(loan) == {("requested", False), ("accepted", True), ("thanks", False)}


def test_time_of_a_request_is_taken_for_everybody_else(drill: Thing, requested: Loan) -> None:
    with pytest.raises(Refused, match="vient d’être pris"):
        ask(drill, make_user("Ines"), slot(AT, after=3 * QUARTER), at=AT)
    after = ask(drill, make_user("Hugo"), slot(AT, after=HOUR), at=AT)
    assert after.state == "requested"


def test_same_key_asks_once(drill: Thing, teammate: User) -> None:
    key = uuid.uuid4()
    twice = [
        loans.request(thing=drill, slot=slot(AT), zone=PARIS, key=key, by=teammate, at=AT)
        for _ in range(2)
    ]
    assert twice[0] == twice[1]


def test_thing_lent_at_once_is_booked_by_others_without_an_answer(
    owner: User, teammate: User
) -> None:
    pump = make_thing(owner, at=AT, lends_at_once=True)
    assert ask(pump, teammate, slot(AT), at=AT).state == "accepted"
    with pytest.raises(Refused, match="C’est à vous"):
        ask(pump, owner, slot(AT, after=DAY), at=AT)


def test_each_step_is_taken_by_its_side_alone(requested: Loan, owner: User, teammate: User) -> None:
    for step in (loans.accept, loans.decline, loans.withdraw_promise, loans.declare_lost):
        with pytest.raises(NotAllowed, match="qui prête"):
            step(loan=requested, by=teammate, at=AT)
    for step in (loans.hand_over, loans.give_back):
        with pytest.raises(NotAllowed, match="deux autres personnes"):
            step(loan=requested, by=make_user("Ines"), at=AT)
    extend = partial(times.extend, until=requested.ends_at + HOUR, zone=PARIS)
    for step in (loans.cancel, loans.thank, extend):
        with pytest.raises(NotAllowed, match="qui emprunte"):
            step(loan=requested, by=owner, at=AT)


def test_steps_follow_one_another(requested: Loan, owner: User, teammate: User) -> None:
    for step in (loans.hand_over, loans.give_back):
        with pytest.raises(Refused, match="ce prêt est «\u00a0demandé"):
            step(loan=requested, by=owner, at=AT)
    loans.decline(loan=requested, reason="Je m’en sers.", by=owner, at=AT)
    with pytest.raises(Refused, match="ce prêt est «\u00a0refusé"):
        loans.accept(loan=requested, by=owner, at=AT)
    with pytest.raises(Refused, match="une fois l’objet rendu"):
        loans.thank(loan=requested, by=teammate, at=AT)


@pytest.mark.parametrize("ending", ["decline", "cancel", "withdraw_promise"])
def test_time_is_free_again_once_a_loan_has_ended(
    drill: Thing, requested: Loan, owner: User, teammate: User, ending: str
) -> None:
    if ending == "withdraw_promise":
        loans.accept(loan=requested, by=owner, at=AT)
    person = teammate if ending == "cancel" else owner
    getattr(loans, ending)(loan=requested, by=person, at=AT)
    assert ask(drill, make_user("Ines"), slot(AT), at=AT).state == "requested"


def test_thing_taken_back_is_promised_no_more(drill: Thing, requested: Loan, owner: User) -> None:
    things.withdraw(thing=drill, by=owner, at=AT)
    requested.refresh_from_db()
    assert requested.state == "withdrawn"
    assert notices_of(requested) == {("requested", False), ("withdrawn", True)}
    with pytest.raises(Refused, match="n’est plus à prêter"):
        ask(drill, requested.borrower, slot(AT), at=AT)
    things.lend_again(thing=drill, by=owner, at=AT)
    assert ask(drill, requested.borrower, slot(AT), at=AT).state == "requested"


def test_hand_over_before_its_time_takes_the_thing_from_now_on_and_none_comes_after(
    drill: Thing, owner: User, teammate: User
) -> None:
    loan = ask(drill, teammate, slot(AT, after=HOUR), at=AT)
    loans.accept(loan=loan, by=owner, at=AT)
    with pytest.raises(Refused, match="créneau est passé"):
        loans.hand_over(loan=loan, by=owner, at=AT + DAY)
    loan = loans.hand_over(loan=loan, by=owner, at=AT)
    assert loan.starts_at == slot(AT).starts_at
    with pytest.raises(Refused, match="vient d’être pris"):
        ask(drill, make_user("Ines"), slot(AT, lasts=QUARTER), at=AT)


def test_thing_is_handed_on_once_it_is_back(drill: Thing, owner: User, teammate: User) -> None:
    first = make_loan_out(drill, teammate, slot(AT, lasts=QUARTER), at=AT)
    second = ask(drill, make_user("Ines"), slot(AT, after=HOUR), at=AT)
    loans.accept(loan=second, by=owner, at=AT)
    late = AT + HOUR
    with pytest.raises(Refused, match="encore chez quelqu’un"):
        loans.hand_over(loan=second, by=owner, at=late)
    loans.give_back(loan=first, by=owner, at=late)
    assert loans.hand_over(loan=second, by=owner, at=late).state == "out"


def test_borrower_alone_does_not_say_that_it_is_back(
    out: Loan, owner: User, teammate: User
) -> None:
    with pytest.raises(Refused, match="se confirme à deux"):
        loans.give_back(loan=out, by=teammate, at=AT)
    owner.is_active = False
    owner.save()
    assert loans.give_back(loan=out, by=teammate, at=AT).state == "returned"


def test_overdue_thing_is_nobodys_to_book_now_but_later(drill: Thing, teammate: User) -> None:
    make_loan_out(drill, teammate, slot(AT, lasts=QUARTER), at=AT)
    late = AT + HOUR
    with pytest.raises(Refused, match="vient d’être pris"):
        ask(drill, make_user("Ines"), slot(late), at=late)
    assert ask(drill, make_user("Hugo"), slot(late, after=DAY), at=late).state == "requested"


def test_council_people_lend_the_councils_tools(owner: User, teammate: User) -> None:
    with pytest.raises(NotAllowed, match="outils du CSE"):
        make_thing(owner, at=AT, of_council=True)
    keeper = make_keeper()
    tent = make_thing(keeper, at=AT, title="Barnum", of_council=True)
    loan = ask(tent, teammate, slot(AT), at=AT)
    with pytest.raises(NotAllowed, match="qui prête"):
        loans.accept(loan=loan, by=owner, at=AT)
    second = make_keeper("Lou")
    assert loans.accept(loan=loan, by=second, at=AT).state == "accepted"


def make_keeper(name: str = "Delphine") -> User:
    keeper = make_user(name)
    Role.objects.create(user=keeper, role="council", given_at=keeper.created_at)
    return keeper


def test_each_side_takes_its_loans_as_a_sheet(drill: Thing, owner: User, teammate: User) -> None:
    drill.title = "=Perceuse"
    drill.save()
    loan = ask(drill, teammate, slot(AT), at=AT)
    _heading, lent = queries.sheet_of(owner, at=AT)
    _heading, borrowed = queries.sheet_of(teammate, at=AT)
    assert lent[:4] == [loan.reference, "'=Perceuse", "Prêt", "Karim L."]
    assert borrowed[:4] == [loan.reference, "'=Perceuse", "Emprunt", "Nadia B."]
    assert len(queries.sheet_of(make_user("Ines"), at=AT)) == 1
