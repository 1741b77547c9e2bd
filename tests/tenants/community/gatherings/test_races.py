"""Clicks at the same moment, each on a connection of its own."""

import datetime as dt
from functools import partial

from tenants.community.gatherings import actions
from tenants.community.gatherings.models import Gathering, Participation
from tenants.community.notifications.models import Notification
from tests.fixtures.people import AT, make_user
from tests.fixtures.together import acts_at_once
from tests.tenants.community.gatherings.making import make_gathering
from tests.tenants.community.notifications.making import events_of


def test_ten_who_join_at_once_take_two_places_and_eight_turns(own_north: None) -> None:
    gathering = make_gathering(make_user("Nadia"), at=AT, places=3)
    people = [make_user(f"Membre{number}") for number in range(10)]

    acts_at_once([partial(actions.join, gathering=gathering, by=one, at=AT) for one in people])

    coming = Participation.objects.filter(state="coming").count()
    assert (coming, Participation.objects.count()) == (3, 11)
    assert Gathering.objects.get().taken == 3


def test_places_given_back_while_others_join_are_never_lost_nor_given_twice(
    own_north: None,
) -> None:
    organiser = make_user("Nadia")
    gathering = make_gathering(organiser, at=AT, places=4)
    first = [make_user(f"Premier{number}") for number in range(6)]
    for person in first:
        actions.join(gathering=gathering, by=person, at=AT)
    late = [make_user(f"Tard{number}") for number in range(4)]

    leave = [partial(actions.leave, gathering=gathering, by=one, at=AT) for one in first[:3]]
    join = [partial(actions.join, gathering=gathering, by=one, at=AT) for one in late]
    acts_at_once([*leave, *join])

    coming = Participation.objects.filter(state="coming").values_list("person", flat=True)
    assert set(coming) == {organiser.pk, *(person.pk for person in first[3:])}
    assert Gathering.objects.get().taken == 4
    moved = Notification.objects.filter(key__startswith="gathering-moved_up:")
    assert sorted(moved.values_list("person", flat=True)) == [person.pk for person in first[3:]]


def test_concurrent_clocks_remind_once(own_north: None) -> None:
    make_gathering(make_user("Nadia"), at=AT)
    soon = AT + dt.timedelta(days=2, hours=1)

    acts_at_once([lambda: actions.remind(at=soon)] * 3)

    assert len(events_of("gathering-tomorrow:")) == 1
