"""A lost second factor is removed for its person: planned, stopped by a code, or done."""

import datetime as dt

import pytest

from saas.accounts.factors import actions, queries, resets, rules
from saas.accounts.models import User
from saas.accounts.sessions.actions import end_ways_in
from saas.kernel.errors import Refused
from tests.fixtures.people import AT, DAY
from tests.saas.accounts.factors.test_actions import code_at, kinds, set_up

LATER = AT + rules.RESET_AFTER


def test_planned_reset_is_mailed_and_done_after_its_days(owner: User, teammate: User) -> None:
    set_up(owner)
    resets.ask_reset(person=owner, reason=" Téléphone perdu ", by=teammate, at=AT)
    notice = (User.objects.get(pk=owner.pk).notices or [])[-1]
    assert notice["kind"] == "factor_reset_asked"
    assert "Téléphone perdu" in notice["detail"]
    assert teammate.display_name in notice["detail"]
    assert resets.perform_due_resets(at=LATER - dt.timedelta(seconds=1)) == 0
    assert queries.has_factor(owner)
    assert resets.perform_due_resets(at=LATER) == 1
    assert not queries.has_factor(owner)
    assert kinds(owner)[-1] == "factor_reset"


def test_code_stops_a_planned_reset(owner: User, teammate: User) -> None:
    set_up(owner)
    resets.ask_reset(person=owner, reason="Téléphone perdu", by=teammate, at=AT)
    actions.check_code(by=owner, code=code_at(AT + DAY), at=AT + DAY)
    assert kinds(owner)[-1] == "factor_reset_stopped"
    assert resets.perform_due_resets(at=LATER) == 0
    assert queries.has_factor(owner)


def test_role_of_a_council_stops_a_planned_reset(owner: User, teammate: User) -> None:
    set_up(owner)
    resets.ask_reset(person=owner, reason="Téléphone perdu", by=teammate, at=AT)
    end_ways_in(person=owner, by=None, at=AT)
    assert resets.perform_due_resets(at=LATER) == 0
    assert queries.has_factor(owner)


def test_reset_is_planned_once_and_says_why(owner: User, teammate: User) -> None:
    with pytest.raises(Refused, match="Aucun second facteur"):
        resets.ask_reset(person=owner, reason="Perdu", by=teammate, at=AT)
    set_up(owner)
    with pytest.raises(Refused, match="Dites pourquoi"):
        resets.ask_reset(person=owner, reason="  ", by=teammate, at=AT)
    with pytest.raises(Refused, match="Aucune demande"):
        resets.withdraw_reset(person=owner, by=teammate, at=AT)
    resets.ask_reset(person=owner, reason="Perdu", by=teammate, at=AT)
    with pytest.raises(Refused, match="déjà demandé"):
        resets.ask_reset(person=owner, reason="Perdu", by=teammate, at=AT)
    resets.withdraw_reset(person=owner, by=teammate, at=AT)
    assert resets.perform_due_resets(at=LATER) == 0
