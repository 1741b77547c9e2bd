import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from saas.accounts.models import User
from saas.kernel import hooks, schema
from saas.kernel.errors import NotAllowed, Refused
from saas.kernel.hooks import Duty
from saas.kernel.search.sorting import SortKey, sort_key
from tenants.community.members.actions import ideas
from tenants.community.members.actions import membership as actions
from tenants.community.members.models import Profile, Role
from tenants.community.members.queries import front_page, starting
from tenants.community.members.queries import people as queries
from tenants.community.members.wording import reasons
from tenants.spaces import places
from tests.fixtures.people import AT, make_user
from tests.tenants.community.gatherings.making import make_gathering
from tests.tenants.community.members.test_actions import company

OF_OTHER_ROOMS = {"lend", "charter", "screen"}


def in_company(user: User, name: str, team: str = "") -> None:
    Profile.objects.filter(user=user).update(company_id=company(name), team=team)


def test_cards_show_a_first_name_an_initial_and_a_company_never_an_address(
    owner: User, teammate: User
) -> None:
    in_company(owner, "North Deux", team="Qualité")

    cards = hooks.person_cards.ask([owner.pk, teammate.pk, 999_999])[0]

    assert set(cards) == {owner.pk, teammate.pk}
    assert cards[owner.pk] == hooks.PersonCard(
        owner.pk, owner.reference, "Nadia B.", "NB", "North Deux", "Qualité"
    )
    assert cards[teammate.pk].company == ""
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert [hooks.cards_of([one.pk])[one.pk].here for one in (owner, teammate)] == [False, True]


def test_cards_cost_one_statement_however_many(owner: User, teammate: User) -> None:
    ids = [owner.pk, teammate.pk, *(make_user(f"P{number}").pk for number in range(5))]
    queries.cards_of(ids[:1])
    with CaptureQueriesContext(connections["default"]) as captured:
        assert len(queries.cards_of(ids)) == 7
    assert len(captured) == 1


def test_cards_do_not_repeat_the_only_company(stranger: User) -> None:
    with schema.inside("south"):
        in_company(stranger, "South Un", team="Atelier")
        card = queries.cards_of([stranger.pk])[stranger.pk]
    assert (card.company, card.team) == ("", "Atelier")


def test_a_member_of_the_south_is_nobody_in_the_north(owner: User, stranger: User) -> None:
    assert queries.member_of(stranger.reference) is None
    assert stranger.email not in {found.user.email for found in queries.members_found("", "1")[0]}


def test_duties_are_listed_by_the_hook(administrator: User, teammate: User) -> None:
    Role.objects.create(user=administrator, role="treasurer", company_id=7, given_at=AT)
    duties = frozenset({Duty("administrator", None), Duty("treasurer", 7)})
    assert hooks.role_grants.ask(administrator) == [duties]
    assert hooks.role_grants.ask(teammate) == [frozenset()]


def test_only_administrators_get_the_count_of_people_they_administer(
    administrator: User, teammate: User
) -> None:
    counts = queries.count_for_administrators(administrator, AT)
    assert counts == {"people": 2, "administers_all": 2}
    assert queries.count_for_administrators(teammate, AT) == {}


def test_present_members_are_found_by_the_words_of_their_name_or_address(
    owner: User, teammate: User
) -> None:
    make_user("Paul", last_name="Lefort", is_active=False)
    for words, found in (
        ("", ["Nadia", "Karim"]),
        ("lefort", ["Karim"]),
        ("kar lef", ["Karim"]),
        ("nadia lefort", []),
        ("north.example", ["Nadia", "Karim"]),
    ):
        members, _page = queries.members_found(words, "1")
        assert [member.user.first_name for member in members] == found, words


def test_front_page_takes_the_newest_of_all_rooms(owner: User, offer: Callable[..., None]) -> None:
    def items(hours: list[int]) -> list[hooks.FeedItem]:
        return [
            hooks.FeedItem(AT - dt.timedelta(hours=hour), "x.html", {"hour": hour})
            for hour in hours
        ]

    offer(hooks.feed, one=lambda _user, _at: items([1, 5]), other=lambda _user, _at: items([3]))
    offer(hooks.sponsored, one=lambda slot, _user, _at: [hooks.Sponsored("s.html", {"slot": slot})])

    shown = front_page.front_page(owner, AT)

    newest = {"why": "Parce que c’est une des dernières publications de vos collègues."}
    assert [entry.values for entry in shown.entries] == [
        {"hour": 1, **newest},
        {"hour": 3, **newest},
        {"slot": "home_feed"},
        {"hour": 5, **newest},
    ]
    assert (shown.empty, shown.sponsored) == (False, True)


def test_card_of_the_home_page_says_why_it_is_there() -> None:
    item = hooks.FeedItem(AT, "x.html", {})
    day = dt.timedelta(days=1)

    assert "dernières publications" in reasons.reason(item, None)
    assert "dernières publications" in reasons.reason(item, AT + day)
    assert "depuis votre dernière visite" in reasons.reason(item, AT - day)
    assert "prochaines dates" in reasons.reason(item._replace(planned=True), AT - day)


def test_items_of_the_own_site_come_first_and_say_so(
    owner: User, offer: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    site = places.Site(2, "Valmorin", dt.time(12), dt.time(13), ())
    other = site._replace(id=1, name="Saint-Avel")
    sites = {1: other, 2: site}
    here = places.Places(sites, (), {})
    monkeypatch.setattr(places, "here", lambda: here)
    Profile.objects.filter(user=owner).update(site_id=2)
    items = [hooks.FeedItem(AT, "x.html", {"n": n}, site_id=n) for n in (1, 2)]
    offer(hooks.feed, one=lambda _user, _at: items)
    offer(hooks.sponsored)

    shown = [entry.values for entry in front_page.front_page(owner, AT).entries]

    assert [values["n"] for values in shown] == [2, 1]
    assert ["Valmorin" in values["why"] for values in shown] == [True, False]
    sites.pop(1)  # with a single site all is near
    shown = [entry.values for entry in front_page.front_page(owner, AT).entries]
    assert not any("Valmorin" in values["why"] for values in shown)


def test_the_steps_of_a_new_space_are_done_one_by_one(
    administrator: User, offer: Callable[..., None]
) -> None:
    def done() -> dict[str, Any]:
        posted = front_page.has_posts(administrator, AT)
        steps = starting.beginning(administrator, posted=posted).steps
        return {step.name: step.done for step in steps if step.name not in OF_OTHER_ROOMS}

    offer(hooks.feed)
    assert done() == {"invite": False, "post": False, "profile": False, "treasurer": False}
    actions.invite(by=administrator, uses=1, days=1, company_id=None, at=AT)
    Profile.objects.filter(user=administrator).update(team="RH")
    Role.objects.create(user=administrator, role="treasurer", given_at=AT)
    offer(hooks.feed, one=lambda _user, _at: [hooks.FeedItem(AT, "x.html", {})])
    assert done() == {"invite": True, "post": True, "profile": True, "treasurer": True}


def test_idea_goes_when_it_is_taken_up_or_removed(administrator: User, teammate: User) -> None:
    def shown() -> list[str]:
        return [idea.key for idea in starting.beginning(teammate, posted=False).ideas]

    assert shown() == ["thing", "classified", "gathering", "ride"]
    make_gathering(teammate, at=AT)
    ideas.remove(key="ride", by=administrator, at=AT)
    ideas.remove(key="ride", by=administrator, at=AT)
    assert shown() == ["thing", "classified"]
    ideas.restore(key="ride", by=administrator, at=AT)
    assert shown() == ["thing", "classified", "ride"]
    with pytest.raises(NotAllowed):
        ideas.remove(key="ride", by=teammate, at=AT)
    with pytest.raises(Refused):
        ideas.remove(key="boat", by=administrator, at=AT)


def test_accented_names_stand_beside_plain_ones(in_north: None) -> None:
    for last_name in ("Zola", "Évrard", "Eymard", "Faure"):
        make_user("Ada", last_name=last_name)

    members, _page = queries.members_found("Ada", "1")

    assert [member.user.last_name for member in members] == ["Évrard", "Eymard", "Faure", "Zola"]


def test_key_of_database_and_key_of_python_agree(in_north: None) -> None:
    names = ["Élan", "élan", "Zoé", "Noël", "Ångström", "Çelik", "O’Brien"]
    users = [make_user("Ada", last_name=name) for name in names]

    found = User.objects.filter(pk__in=[user.pk for user in users]).annotate(
        key=SortKey("last_name")
    )

    assert all(user.key == sort_key(user.last_name) for user in found)
