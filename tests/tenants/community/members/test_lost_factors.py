"""The administration plans the removal of a member's lost second factor; never of a council's."""

import pytest

from saas.accounts.factors import queries
from saas.accounts.models import User
from saas.kernel.errors import NotAllowed, Refused
from tenants.community.members.actions import factors
from tenants.community.members.models import Role
from tests.fixtures.people import AT, Browse
from tests.saas.accounts.factors.test_actions import kinds, set_up


def plan(of: User, by: User) -> None:
    factors.ask_reset(of=of, reason="Téléphone perdu", by=by, at=AT)


def test_administration_plans_it_by_its_page(
    browse: Browse, administrator: User, teammate: User
) -> None:
    set_up(teammate)
    client, url = browse(administrator), f"/admin/people/{teammate.reference}/factor/"
    assert "Demander le retrait" in client.get(url).text
    assert "Dites pourquoi" in client.post(url, {"verb": "ask", "reason": ""}).text
    answer = client.post(url, {"verb": "ask", "reason": "Téléphone perdu, vu à l’accueil"})
    assert (answer.status_code, answer["Location"]) == (303, url)
    assert "Le laisser en place" in client.get(url).text
    assert kinds(teammate)[-1] == "factor_reset_asked"
    client.post(url, {"verb": "withdraw"})
    assert kinds(teammate)[-1] == "factor_reset_stopped"
    assert queries.has_factor(teammate)


def test_only_administration_of_the_person_plans_it(
    administrator: User, head: User, teammate: User
) -> None:
    set_up(teammate)
    with pytest.raises(NotAllowed):
        plan(teammate, head)
    with pytest.raises(NotAllowed):
        plan(administrator, teammate)
    set_up(administrator)
    with pytest.raises(Refused, match="Retirez le vôtre"):
        plan(administrator, administrator)


def test_employer_resets_no_member_of_a_council(administrator: User, teammate: User) -> None:
    set_up(teammate)
    Role.objects.create(user=teammate, role=Role.Kind.COUNCIL, given_at=AT)
    with pytest.raises(NotAllowed, match="du CSE"):
        plan(teammate, administrator)


def test_operator_resets_councils_and_administrators_only(
    administrator: User, teammate: User, stranger: User
) -> None:
    set_up(teammate)
    with pytest.raises(Refused, match="ni du CSE"):
        factors.reset_at(email=teammate.email, reason="Appel", by=administrator, at=AT)
    Role.objects.create(user=teammate, role=Role.Kind.TREASURER, given_at=AT)
    factors.reset_at(email=teammate.email, reason="Appel au siège", by=administrator, at=AT)
    assert not queries.has_factor(teammate)
    assert kinds(teammate)[-1] == "factor_reset"
    with pytest.raises(Refused):
        factors.reset_at(email="personne@north.example", reason="?", by=administrator, at=AT)
