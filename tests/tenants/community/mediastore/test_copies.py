"""Copies: borrowed, given back by themselves, waited for, never more than there are."""

import datetime as dt
import functools

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import hooks
from saas.kernel.errors import NotAllowed, Refused
from saas.kernel.notifying import Event, Kind
from tenants.community.mediastore import clock
from tenants.community.mediastore.actions import shelf as actions
from tenants.community.mediastore.actions import shelving
from tenants.community.mediastore.models import Borrowing, Medium, PassCode, Progress, Waiting
from tenants.community.mediastore.queries import shelf as queries
from tenants.community.mediastore.rules import shelf as rules
from tests.fixtures.people import AT, make_user
from tests.fixtures.together import acts_at_once
from tests.tenants.community.mediastore.making import WORDS, in_days, make_keeper, make_medium

NOW = timezone.now


def test_last_copy_is_taken_and_the_next_person_waits(owner: User, teammate: User) -> None:
    medium = make_medium(owner, copies=1)
    borrowing = actions.borrow(medium=medium, by=owner, at=NOW())
    assert borrowing is not None
    assert actions.borrow(medium=medium, by=owner, at=NOW()) == borrowing
    assert actions.borrow(medium=medium, by=teammate, at=NOW()) is None
    assert Waiting.objects.get().member_id == teammate.pk
    with pytest.raises(IntegrityError), transaction.atomic():
        Medium.objects.filter(pk=medium.pk).update(borrowed_count=2)


def test_copy_that_comes_back_goes_to_who_waits_longest_and_they_are_notified(
    owner: User, teammate: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[Event, list[int]]] = []
    monkeypatch.setattr(hooks.notified, "ask", lambda event, to, _at: calls.append((event, to)))
    medium = make_medium(owner, copies=1)
    actions.borrow(medium=medium, by=owner, at=NOW())
    actions.borrow(medium=medium, by=teammate, at=NOW())
    actions.borrow(medium=medium, by=make_user("Ines"), at=NOW())
    actions.give_back(medium=medium, by=owner, at=NOW())
    assert Borrowing.objects.get(returned_at=None).borrower_id == teammate.pk
    assert [(reader, event.kind) for event, readers in calls for reader in readers] == [
        (teammate.pk, Kind.LOANS)
    ]
    assert "Le meunier" in calls[0][0].words().text


def test_copy_comes_back_by_itself_when_it_is_due(owner: User) -> None:
    medium = make_medium(owner, copies=1)
    borrowing = actions.borrow(medium=medium, by=owner, at=in_days(-20))
    assert borrowing is not None
    clock.sweep_shelf.run()
    medium.refresh_from_db()
    borrowing.refresh_from_db()
    assert (medium.borrowed_count, borrowing.returned_at is None) == (0, False)


def test_copy_is_lent_no_longer_than_its_licence_lasts(owner: User, teammate: User) -> None:
    today, keeper = timezone.localdate(), make_keeper(owner)
    fifth, second = today + dt.timedelta(days=5), today + dt.timedelta(days=2)
    medium = make_medium(owner, copies=2, ends_on=fifth)

    def last_days() -> list[dt.date]:
        return [timezone.localdate(one.due_at) for one in Borrowing.objects.order_by("pk")]

    actions.borrow(medium=medium, by=owner, at=NOW())
    assert last_days() == [fifth]
    words = shelving.Words(**(WORDS | {"copies": 2, "ends_on": second}))
    shelving.edit(medium=medium, words=words, by=keeper, at=NOW())
    actions.borrow(medium=medium, by=teammate, at=NOW())
    assert last_days() == [second, second]


def test_each_borrower_of_a_pass_sees_another_code(owner: User, teammate: User) -> None:
    medium = make_medium(owner, kind="pass", pages=0, copies=2)
    PassCode.objects.bulk_create(PassCode(medium=medium, code=code) for code in ("A", "B"))
    codes = {
        borrowing.code.code
        for person in (owner, teammate)
        if (borrowing := actions.borrow(medium=medium, by=person, at=NOW())) and borrowing.code
    }
    assert codes == {"A", "B"}


def test_five_copies_at_a_time_and_none_of_what_is_open_are_lent(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_OUT", 1)
    actions.borrow(medium=make_medium(owner, copies=1), by=owner, at=NOW())
    with pytest.raises(Refused, match="rendez-en un"):
        actions.borrow(medium=make_medium(owner, copies=1), by=owner, at=NOW())
    with pytest.raises(Refused, match="tout le monde"):
        actions.borrow(medium=make_medium(owner), by=owner, at=NOW())


def test_leaver_gives_back_and_waits_for_nothing(owner: User, teammate: User) -> None:
    medium, other = make_medium(owner, copies=1), make_medium(owner, copies=1)
    actions.borrow(medium=medium, by=owner, at=NOW())
    actions.borrow(medium=other, by=teammate, at=NOW())
    actions.borrow(medium=other, by=owner, at=NOW())
    actions.mark(medium=medium, number=1, seconds=0, by=owner, at=NOW())
    hooks.member_left.ask(owner, NOW())
    assert not Borrowing.objects.filter(borrower=owner, returned_at=None).exists()
    assert not Waiting.objects.exists()
    assert not Progress.objects.exists()


def test_only_the_council_changes_what_the_council_offers(owner: User, teammate: User) -> None:
    medium = make_medium(owner)
    words = shelving.Words(**WORDS)
    with pytest.raises(NotAllowed):
        shelving.edit(medium=medium, words=words, by=teammate, at=NOW())
    make_keeper(teammate, "administrator")
    with pytest.raises(NotAllowed):
        shelving.withdraw(medium=medium, by=teammate, at=NOW())
    make_keeper(owner)
    shelving.edit(medium=medium, words=words._replace(title="Autre"), by=owner, at=NOW())
    shelving.withdraw(medium=medium, by=owner, at=NOW())
    medium.refresh_from_db()
    assert (medium.title, medium.withdrawn_at is None) == ("Autre", False)


def test_more_copies_go_to_those_who_wait(owner: User, teammate: User) -> None:
    medium = make_medium(owner, copies=1)
    actions.borrow(medium=medium, by=owner, at=NOW())
    actions.borrow(medium=medium, by=teammate, at=NOW())
    words = shelving.Words(**(WORDS | {"copies": 2}))
    shelving.edit(medium=medium, words=words, by=make_keeper(owner), at=NOW())
    assert queries.own_borrowing(medium, teammate) is not None


def test_readers_learn_that_a_medium_is_gone_or_open_to_all(
    owner: User, teammate: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[str, list[int]]] = []
    monkeypatch.setattr(
        hooks.notified, "ask", lambda event, to, _at: calls.append((event.words().text, to))
    )
    opened, gone = make_medium(owner, copies=1), make_medium(owner, copies=1)
    keeper = make_keeper(make_user("Ines"))
    for medium in (opened, gone):
        actions.borrow(medium=medium, by=owner, at=NOW())
        actions.borrow(medium=medium, by=teammate, at=NOW())
    shelving.edit(medium=opened, words=shelving.Words(**WORDS), by=keeper, at=NOW())
    shelving.withdraw(medium=gone, by=keeper, at=NOW())
    assert not Waiting.objects.exists()
    [(open_text, readers), (gone_text, leavers)] = calls
    assert ("sans l’emprunter" in open_text, readers) == (True, [teammate.pk])
    assert ("retiré" in gone_text, leavers) == (True, sorted([owner.pk, teammate.pk]))


def test_two_people_at_once_do_not_take_one_copy(own_north: None) -> None:
    medium = make_medium(make_user("Nadia"), copies=1)
    people = [make_user(f"Lecteur{number}") for number in range(4)]
    takes = [
        functools.partial(actions.borrow, medium=medium, by=person, at=AT) for person in people
    ]
    answers = acts_at_once(list(takes))
    assert sum(answer is not None for answer in answers) == 1
    assert (Borrowing.objects.count(), Waiting.objects.count()) == (1, 3)
