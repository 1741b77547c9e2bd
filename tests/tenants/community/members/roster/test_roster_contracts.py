"""Dates of contracts in a list of staff, its warnings, and its preview over all lines."""

import datetime as dt

import pytest
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel.errors import Refused
from tenants.community.members.actions import roster
from tenants.community.members.forms.roster import ImportForm
from tenants.community.members.models import JoinRequest, Profile
from tenants.community.members.queries import roster_plan as plans
from tenants.community.members.rules import roster as rules
from tenants.community.members.wording import roster_warnings
from tests.fixtures.people import AT, Browse, make_user
from tests.tenants.community.members.roster.rosters import (
    PREVIEW,
    came_by_list,
    company,
    send,
    uploaded,
)

HEADING = "Adresse e-mail;Prénom;Nom;Entreprise;Date d’entrée;Date de sortie"


def plan_of(by: User, *lines: str) -> plans.Plan:
    return plans.plan(uploaded(by, HEADING, *lines), by=by, at=AT)


def line(email: str, enters: str = "", leaves: str = "") -> str:
    return f"{email};Léa;Morel;North Un;{enters};{leaves}"


@pytest.mark.parametrize("day", ["31/12/2020", "2020-12-31", "31.12.2020", "44196", "31/12/20"])
def test_person_that_left_before_today_is_not_invited(administrator: User, day: str) -> None:
    plan = plan_of(administrator, line("lea@else.example", leaves=day))
    assert (plan.new, plan.departed, plan.problems) == ([], 1, [])


def test_date_that_cannot_be_read_is_a_line_to_correct(administrator: User) -> None:
    (problem,) = plan_of(administrator, line("lea@else.example", leaves="fin mars")).problems
    assert "31/12/2026" in problem.sentence
    assert plan_of(administrator, line("l@else.example", leaves="31/12/2026")).departed == 0


def test_member_with_a_past_leaving_date_is_ticked_however_they_came(administrator: User) -> None:
    gone = make_user("Paul")
    Profile.objects.filter(user=gone).update(company_id=company("North Un"))
    listed = line(gone.email, leaves="31/10/2026"), line("lea@else.example")
    plan = plan_of(administrator, *listed)
    (row,) = [one for one in (*plan.absent, *plan.others) if one.email == gone.email]
    assert row.left_on == dt.date(2026, 10, 31)
    assert ImportForm(plan=plan).ticked == {gone.reference}


def test_invitation_of_a_newcomer_leaves_on_their_first_day(administrator: User) -> None:
    uploaded(administrator, HEADING, line("lea@else.example", enters="07/12/2026"))
    roster.confirm(by=administrator, day=None, leaving_keys=[], language="fr", at=AT)
    due = JoinRequest.objects.get(email="lea@else.example").asked_at
    assert f"{timezone.localtime(due):%Y-%m-%d %H:%M}" == "2026-12-07 08:00"


def test_all_people_missing_from_a_list_are_ticked_at_once(administrator: User) -> None:
    uploaded(administrator, HEADING, line("lea@else.example"), line("hugo@else.example"))
    roster.confirm(by=administrator, day=None, leaving_keys=[], language="fr", at=AT)
    plan = plan_of(administrator, line("ines@else.example"))
    form = ImportForm({"leaving_all": "on"}, plan=plan)
    outcome = form.submit(by=administrator, language="fr", at=AT)
    assert outcome
    assert (outcome.withdrawn, outcome.invited) == (2, 1)


def test_all_missing_members_are_ticked_however_they_came(
    administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed, joined = came_by_list("Paul"), make_user("Rose")
    Profile.objects.filter(user=joined).update(company_id=company("North Un"))
    plan = plan_of(administrator, line("ines@else.example"))
    missing = {listed.reference, joined.reference}
    assert missing <= set(ImportForm(plan=plan).matching)
    assert ImportForm(plan=plan, words="ROSE").matching == [joined.reference]
    monkeypatch.setattr(rules, "MOST_SETTLED", 1)
    outcome = ImportForm({"leaving_all": "on"}, plan=plan).submit(
        by=administrator, language="fr", at=AT
    )
    assert outcome
    assert (outcome.closed, outcome.left_over) == (1, len(plan.closable) - 1)


def test_warnings_name_free_mail_a_foreign_file_and_a_missing_administrator(
    administrator: User,
) -> None:
    foreign = plan_of(administrator, line("lea@gmail.com")).warnings
    assert "gmail.com" in foreign[-1]
    domain = administrator.email.rpartition("@")[2]
    places = {domain: None}
    own = roster_warnings.of(["x@" + domain], new=[], domains=places, own="y@" + domain)
    assert "Votre propre adresse" in own[0]
    other = roster_warnings.of(["x@else.example"], new=[], domains=places, own="y")
    assert "bien votre fichier" in other[0]
    words = roster_warnings.of_others(["x@helvane.example"], {"helvane.example"})
    assert "prouvé par un autre espace (helvane.example)" in words


def test_preview_pages_and_searches_all_lines(browse: Browse, administrator: User) -> None:
    client = browse(administrator)
    lines = [line(f"p{number:03}@else.example") for number in range(60)]
    send(client, *lines, heading=HEADING)
    first, second = client.get(PREVIEW).text, client.get(f"{PREVIEW}?new=2").text
    assert "p001@" in first
    assert "p059@" not in first
    assert "p059@" in second
    assert "p001@" not in second
    found = client.get(f"{PREVIEW}?q=P059").text
    assert "p059@" in found
    assert "p058@" not in found


def test_columns_of_dates_are_optional() -> None:
    assert set(rules.REQUIRED).isdisjoint({rules.ENTERS, rules.LEAVES})
    with pytest.raises(Refused):
        rules.check_columns({}, 3)
