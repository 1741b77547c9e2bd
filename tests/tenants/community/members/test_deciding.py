"""Permissions to grant and revoke roles and links, by company; and never without administrators."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import hooks
from saas.kernel.errors import NotAllowed, Refused
from tenants.community.members import tasks
from tenants.community.members.actions import lapsing
from tenants.community.members.actions import membership as actions
from tenants.community.members.models import Invitation, Profile, Role
from tenants.community.members.queries import people as queries
from tests.fixtures.people import AT, DAY, Browse, make_user
from tests.saas.accounts.jobs import run_in


def test_an_administrator_gives_a_role_and_the_member_gets_a_mail(
    administrator: User, teammate: User
) -> None:
    given = actions.give_role(
        by=administrator, to=teammate, role="treasurer", company_id=None, at=AT
    )
    run_in("north", tasks.mail_role, given.pk)

    assert queries.roles_of(teammate) == {"treasurer"}
    (message,) = mail.outbox
    assert message.to == [teammate.email]
    assert "trésorerie du CSE" in str(message.body)
    assert "/council/" in str(message.body)


def deciding(
    by: User, link: Invitation, administrator: User, company_id: int | None
) -> list[Callable[[], object]]:
    """Return each decision that a member may attempt, for a company or for the whole space."""
    scope: dict[str, Any] = {"by": by, "company_id": company_id, "at": AT}
    return [
        partial(actions.give_role, to=by, role="moderator", **scope),
        partial(actions.take_role, of=administrator, role="administrator", **scope),
        partial(actions.invite, uses=1, days=1, **scope),
        partial(actions.withdraw, by=by, invitation=link, at=AT),
    ]


def test_only_an_administrator_gives_takes_invites_and_withdraws(
    invitation: Invitation, administrator: User, teammate: User
) -> None:
    for forbidden in deciding(teammate, invitation, administrator, None):
        with pytest.raises(NotAllowed, match="réservée à l’administration"):
            forbidden()
    assert queries.roles_of(teammate) == frozenset()
    assert queries.roles_of(administrator) == {"administrator"}


@pytest.mark.parametrize("of_whom", ["another company", "everybody"])
def test_company_administrator_decides_for_no_other(
    administrator: User, teammate: User, of_whom: str
) -> None:
    mine, theirs = queries.company_ids()[:2]
    company_id = theirs if of_whom == "another company" else None
    actions.give_role(by=administrator, to=teammate, role="administrator", company_id=mine, at=AT)
    link = actions.invite(by=administrator, uses=1, days=1, company_id=company_id, at=AT)
    for forbidden in deciding(teammate, link, administrator, company_id):
        with pytest.raises(NotAllowed, match="une seule entreprise"):
            forbidden()
    assert queries.roles_of(administrator) == {"administrator"}
    assert Invitation.objects.get().withdrawn_at is None


def test_company_administrator_decides_for_it(administrator: User, teammate: User) -> None:
    mine = queries.company_ids()[0]
    Profile.objects.filter(user=teammate).update(company_id=mine)
    actions.give_role(by=administrator, to=teammate, role="administrator", company_id=mine, at=AT)
    actions.give_role(by=teammate, to=teammate, role="moderator", company_id=mine, at=AT)
    link = actions.invite(by=teammate, uses=1, days=1, company_id=mine, at=AT)
    actions.withdraw(by=teammate, invitation=link, at=AT)
    assert queries.duties_of(teammate) == {
        hooks.Duty("administrator", mine),
        hooks.Duty("moderator", mine),
    }


def test_last_administrator_of_a_space_keeps_the_role(administrator: User, teammate: User) -> None:
    of_all: dict[str, Any] = {"role": "administrator", "company_id": None, "at": AT}
    of_one = of_all | {"company_id": queries.company_ids()[0]}
    gone = make_user("Paul", is_active=False)
    Role.objects.create(user=gone, role="administrator", given_at=AT)
    actions.give_role(by=administrator, to=teammate, **of_one)
    with pytest.raises(Refused, match="dernière personne"):
        actions.take_role(by=administrator, of=administrator, **of_all)
    actions.take_role(by=administrator, of=teammate, **of_one)
    assert queries.roles_of(teammate) == frozenset()
    actions.give_role(by=administrator, to=teammate, **of_all)
    actions.take_role(by=administrator, of=administrator, **of_all)
    assert queries.roles_of(administrator) == frozenset()


def test_link_has_a_sensible_extent(administrator: User) -> None:
    for uses, days, field in ((0, 1, "uses"), (5_001, 1, "uses"), (1, 0, "days"), (1, 366, "days")):
        with pytest.raises(Refused) as caught:
            actions.invite(by=administrator, uses=uses, days=days, company_id=None, at=AT)
        assert caught.value.field == field


def test_a_withdrawn_link_keeps_the_day_of_its_withdrawal(
    invitation: Invitation, administrator: User
) -> None:
    actions.withdraw(by=administrator, invitation=invitation, at=AT)
    actions.withdraw(by=administrator, invitation=invitation, at=AT + DAY)

    invitation.refresh_from_db()
    assert invitation.withdrawn_at == AT


def test_role_for_a_time_ends_after_its_last_day_and_says_who_gave_it(
    browse: Browse, administrator: User, teammate: User
) -> None:
    client, day = browse(administrator), timezone.localdate() + dt.timedelta(days=30)
    page = f"/admin/people/{teammate.reference}/"
    typed = {"verb": "give", "role": "moderator", "company_id": "", "ends_on": day.isoformat()}
    past = {**typed, "ends_on": "2020-01-01"}
    assert "Choisissez un jour" in client.refused(page, past)
    assert client.post(page, typed).status_code == 303
    shown = " ".join(client.get(page).text.split())
    assert f"par {administrator.display_name}" in shown
    assert "jusqu’au" in shown
    last = timezone.now() + dt.timedelta(days=30)
    assert lapsing.end_roles(at=last) == 0
    assert lapsing.end_roles(at=last + dt.timedelta(days=1)) == 1
    assert not Role.objects.filter(user=teammate).exists()


def test_last_administrator_keeps_a_role_that_has_ended(administrator: User) -> None:
    Role.objects.filter(user=administrator).update(ends_on=AT.date() - dt.timedelta(days=1))
    assert lapsing.end_roles(at=AT) == 0


def test_council_s_role_has_no_end_here(administrator: User, teammate: User) -> None:
    with pytest.raises(Refused, match="Le CSE décide"):
        actions.give_role(
            by=administrator,
            to=teammate,
            role="council",
            company_id=None,
            ends_on=AT.date(),
            at=AT,
        )
