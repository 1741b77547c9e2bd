"""Places, the waiting list, series, budget lines and the fate of a leaver's gatherings."""

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, transaction

from saas.accounts.models import User
from saas.kernel import hooks
from saas.kernel.errors import NotAllowed, Refused
from tenants.community.gatherings import actions
from tenants.community.gatherings.models import BudgetLine, Gathering, Participation
from tenants.community.gatherings.queries import calendars, single
from tenants.community.gatherings.rules import Repeat
from tenants.community.members.models import Role
from tenants.community.notifications.models import Notification
from tests.fixtures.people import AT, DAY, make_user
from tests.tenants.community.gatherings.making import make_gathering, plan, states_of
from tests.tenants.community.notifications.making import events_of


def notified(kind: str) -> list[str]:
    return [name for _key, name in events_of(f"gathering-{kind}:")]


def weekly(at: dt.datetime, weeks: int) -> Repeat:
    return Repeat("weekly", (at + 3 * DAY + weeks * 7 * DAY).date())


def test_organiser_comes_and_the_third_waits_for_one_of_two_places(
    owner: User, teammate: User
) -> None:
    gathering = make_gathering(owner, at=AT)
    third = make_user("Ines")
    actions.join(gathering=gathering, by=teammate, at=AT)
    actions.join(gathering=gathering, by=third, at=AT)
    actions.join(gathering=gathering, by=third, at=AT)

    assert states_of(gathering) == {"Nadia": "coming", "Karim": "coming", "Ines": "waiting"}
    assert single.for_change(gathering.pk).taken == 2
    too_many = "no_more_come_than_there_are_places"
    with pytest.raises(IntegrityError, match=too_many), transaction.atomic():
        Gathering.objects.filter(pk=gathering.pk).update(taken=3)


def test_place_given_back_goes_to_who_waits_longest_and_a_notice_says_so(
    owner: User, teammate: User
) -> None:
    gathering = make_gathering(owner, at=AT)
    for person in (teammate, make_user("Ines"), make_user("Hugo")):
        actions.join(gathering=gathering, by=person, at=AT)
    actions.leave(gathering=gathering, by=teammate, at=AT)
    actions.leave(gathering=gathering, by=teammate, at=AT)

    assert states_of(gathering) == {"Nadia": "coming", "Ines": "coming", "Hugo": "waiting"}
    assert notified("moved_up") == ["Ines"]


def test_places_that_are_added_go_to_those_who_wait(owner: User, teammate: User) -> None:
    gathering = make_gathering(owner, at=AT)
    for person in (teammate, make_user("Ines"), make_user("Hugo")):
        actions.join(gathering=gathering, by=person, at=AT)
    described = plan(gathering.starts_at, places=3)
    actions.edit(gathering=gathering, plan=described, by=owner, at=AT)

    assert states_of(gathering)["Ines"] == "coming"
    assert states_of(gathering)["Hugo"] == "waiting"
    assert notified("changed") == []
    with pytest.raises(Refused, match="Déjà 3 personnes"):
        actions.edit(gathering=gathering, plan=plan(gathering.starts_at, places=2), by=owner, at=AT)
    actions.edit(gathering=gathering, plan=plan(gathering.starts_at, places=None), by=owner, at=AT)
    assert set(states_of(gathering).values()) == {"coming"}


def test_begun_or_cancelled_gathering_is_not_joined_or_left(owner: User, teammate: User) -> None:
    gathering = make_gathering(owner, at=AT)
    with pytest.raises(Refused, match="déjà commencé"):
        actions.join(gathering=gathering, by=teammate, at=AT + 3 * DAY)
    with pytest.raises(Refused, match="déjà commencé"):
        actions.leave(gathering=gathering, by=owner, at=AT + 3 * DAY)
    actions.cancel(gathering=gathering, by=owner, at=AT)
    with pytest.raises(Refused, match="annulée"):
        actions.join(gathering=gathering, by=teammate, at=AT)


def test_only_its_organiser_changes_or_cancels_it(owner: User, teammate: User) -> None:
    gathering = make_gathering(owner, at=AT)
    with pytest.raises(NotAllowed, match="Seule la personne qui organise"):
        actions.edit(gathering=gathering, plan=plan(AT + 4 * DAY), by=teammate, at=AT)
    with pytest.raises(NotAllowed, match="Seule la personne qui organise"):
        actions.cancel(gathering=gathering, by=teammate, at=AT)


def test_same_key_announces_once(owner: User) -> None:
    key = uuid.uuid4()
    first, second = (
        actions.announce(plan=plan(AT + DAY), repeat=weekly(AT, 3), key=key, by=owner, at=AT)
        for _ in range(2)
    )

    assert first == second
    assert Gathering.objects.count() == 4


def test_new_time_is_notified_to_who_comes_and_who_waits_but_not_to_who_decided(
    owner: User, teammate: User
) -> None:
    gathering = make_gathering(owner, at=AT)
    for person in (teammate, make_user("Ines")):
        actions.join(gathering=gathering, by=person, at=AT)
    actions.edit(gathering=gathering, plan=plan(AT + 4 * DAY), by=owner, at=AT)

    assert notified("changed") == ["Karim", "Ines"]


def test_change_of_all_that_follow_moves_each_date_and_writes_once_to_each_person(
    owner: User, teammate: User
) -> None:
    first = make_gathering(owner, at=AT, repeat=weekly(AT, 3))
    dates = list(Gathering.objects.order_by("starts_at"))
    for date in dates:
        actions.join(gathering=date, by=teammate, at=AT)
    second = dates[1]
    described = plan(second.starts_at + DAY, title="Course du vendredi")
    actions.edit(gathering=second, plan=described, and_following=True, by=owner, at=AT)

    moved = list(Gathering.objects.order_by("starts_at"))
    assert [one.title for one in moved] == ["Course à pied"] + ["Course du vendredi"] * 3
    assert [(one.starts_at - first.starts_at).days for one in moved] == [0, 8, 15, 22]
    assert notified("changed") == ["Karim"]
    (text,) = Notification.objects.filter(key__startswith="gathering-changed:").values_list("text")
    assert "pour cette date et les suivantes" in text[0]


def test_new_hour_of_all_that_follow_stays_on_the_wall_when_winter_comes(owner: User) -> None:
    starts_at = dt.datetime(2027, 3, 18, 11, 30, tzinfo=dt.UTC)
    now = dt.datetime(2027, 3, 1, tzinfo=dt.UTC)
    repeat = Repeat("weekly", dt.date(2027, 4, 1))
    first = make_gathering(owner, at=now, starts_at=starts_at, repeat=repeat)
    later = starts_at + dt.timedelta(hours=1)
    actions.edit(gathering=first, plan=plan(later), and_following=True, by=owner, at=now)

    found = [one.starts_at.hour for one in Gathering.objects.order_by("starts_at")]
    assert found == [12, 12, 11]


def test_cancelling_all_that_follow_leaves_earlier_dates_and_writes_once(
    owner: User, teammate: User
) -> None:
    make_gathering(owner, at=AT, repeat=weekly(AT, 3))
    dates = list(Gathering.objects.order_by("starts_at"))
    for date in dates:
        actions.join(gathering=date, by=teammate, at=AT)
    actions.cancel(gathering=dates[1], and_following=True, by=owner, at=AT)

    cancelled = Gathering.objects.order_by("starts_at").values_list("cancelled_at", flat=True)
    assert [moment is not None for moment in cancelled] == [False, True, True, True]
    assert notified("cancelled") == ["Karim"]


def test_leaver_frees_places_and_what_they_plan_is_cancelled(owner: User, teammate: User) -> None:
    theirs = make_gathering(teammate, at=AT)
    other = make_gathering(owner, at=AT)
    actions.join(gathering=theirs, by=owner, at=AT)
    actions.join(gathering=other, by=teammate, at=AT)
    actions.join(gathering=other, by=make_user("Ines"), at=AT)
    actions.make_calendar_link(by=teammate, at=AT)
    hooks.member_left.ask(teammate, AT)

    assert states_of(other) == {"Nadia": "coming", "Ines": "coming"}
    assert single.for_change(theirs.pk).cancelled_at == AT
    assert (notified("cancelled"), notified("moved_up")) == (["Nadia"], ["Ines"])
    assert calendars.link_of(teammate) is None


def test_budget_is_set_by_the_council_replaced_and_taken_back(owner: User, teammate: User) -> None:
    gathering = make_gathering(owner, at=AT)
    with pytest.raises(NotAllowed, match="élus"):
        actions.set_budget(gathering=gathering, cents=8_000, words="Entrées", by=owner, at=AT)
    Role.objects.create(user=teammate, role="council", given_at=AT)
    for cents in (8_000, 9_000):
        actions.set_budget(gathering=gathering, cents=cents, words="Entrées", by=teammate, at=AT)

    assert BudgetLine.objects.get().cents == 9_000
    with pytest.raises(Refused, match="Indiquez un montant"):
        actions.set_budget(gathering=gathering, cents=0, words="Entrées", by=teammate, at=AT)
    with pytest.raises(Refused, match="prend en charge"):
        actions.set_budget(gathering=gathering, cents=5, words="  ", by=teammate, at=AT)
    actions.remove_budget(gathering=gathering, by=teammate, at=AT)
    assert not BudgetLine.objects.exists()


def test_title_that_nobody_sees_and_place_of_another_space_are_refused(owner: User) -> None:
    with pytest.raises(Refused, match="Donnez un titre"):
        make_gathering(owner, at=AT, title="\u200b\u2063 ")
    with pytest.raises(Refused, match="lieu de la liste"):
        make_gathering(owner, at=AT, site_id=987_654)
    assert not Participation.objects.exists()
