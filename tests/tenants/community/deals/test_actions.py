"""Deals: sharing, ending, and the votes that mark a deal as invalid."""

import datetime as dt
import zoneinfo
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import hooks
from saas.kernel.errors import NotAllowed, Refused
from tenants.community.deals import actions, queries, rules
from tenants.community.deals.models import Deal, Vote
from tenants.community.members.queries.thanks import ThanksOn, thanks_on
from tests.fixtures.people import make_user
from tests.tenants.community.deals.making import make_deal, terms, voted

NOW = timezone.now


def titles(person: User, **filters: Any) -> list[str]:
    rows = queries.rows_of(queries.Filters(**filters), viewer=person, at=NOW(), start=0, size=50)
    return [row.title for row in rows]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "\u200b \u200b"}, "title"),
        ({"code": "", "link": "", "description": ""}, "code"),
        ({"ends_on": dt.date(2020, 1, 1)}, "ends_on"),
        ({"ends_on": dt.date(2100, 1, 1)}, "ends_on"),
        ({"link": "http://cinema.example"}, "link"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": "https://banque.example@ailleurs.example/"}, "link"),
        ({"link": "https://cinema.example:8443/"}, "link"),
        ({"link": "https://192.168.0.1/"}, "link"),
        ({"link": "https://[::1]/"}, "link"),
        ({"link": "https://localhost/"}, "link"),
        ({"link": "https://cinema.example/\nx"}, "link"),
    ],
)
def test_bad_terms_are_refused_at_their_field(
    owner: User, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        make_deal(owner, **changes)
    assert refusal.value.field == field
    assert not Deal.objects.exists()


def test_host_is_shown_without_characters_that_look_alike() -> None:
    assert rules.host_of("https://www.cinema.example/x?y=1") == "cinema.example"
    assert rules.host_of("https://cin\u0435ma.example/").startswith("xn--")


@pytest.mark.parametrize(
    "columns", [{"link": "http://a.example"}, {"code": "", "link": "", "description": ""}]
)
def test_database_holds_what_rules_say(owner: User, columns: dict[str, str]) -> None:
    deal = make_deal(owner)
    with pytest.raises(IntegrityError):
        Deal.objects.filter(pk=deal.pk).update(**columns)


def test_vote_can_change_and_counts_once(owner: User, teammate: User) -> None:
    deal = make_deal(owner)
    for works in (True, False, False):
        deal = actions.vote(deal=deal, works=works, by=teammate, at=NOW())
    assert (deal.working_count, deal.failing_count) == (0, 1)
    assert Vote.objects.get().works is False


def test_author_and_latecomers_do_not_vote(owner: User, teammate: User) -> None:
    deal = make_deal(owner)
    with pytest.raises(Refused, match="vos collègues"):
        actions.vote(deal=deal, works=True, by=owner, at=NOW())
    with pytest.raises(Refused, match="terminé"):
        actions.vote(deal=deal, works=True, by=teammate, at=NOW() + dt.timedelta(days=21))


@pytest.mark.parametrize(
    ("yes", "no", "broken"), [(0, 2, False), (0, 3, True), (3, 3, False), (3, 4, True)]
)
def test_deal_no_longer_works_when_three_say_no_and_more_than_say_yes(
    owner: User, yes: int, no: int, *, broken: bool
) -> None:
    deal = voted(make_deal(owner), yes=yes, no=no)
    assert rules.is_broken(deal) is broken
    assert (titles(owner) == []) is broken
    assert (titles(owner, over=True) == [deal.title]) is broken


def test_changed_code_begins_the_votes_anew(owner: User) -> None:
    deal = voted(make_deal(owner), no=3)
    deal = actions.edit(deal=deal, terms=terms(title="Corrigé"), by=owner, at=NOW())
    assert deal.failing_count == 3
    deal = actions.edit(deal=deal, terms=terms(code="NEUF"), by=owner, at=NOW())
    assert (deal.failing_count, Vote.objects.count()) == (0, 0)


def test_only_the_author_edits_and_closes(owner: User, teammate: User) -> None:
    deal = make_deal(owner)
    with pytest.raises(NotAllowed):
        actions.edit(deal=deal, terms=terms(), by=teammate, at=NOW())
    with pytest.raises(NotAllowed):
        actions.close(deal=deal, by=teammate, at=NOW())
    for _ in range(2):
        assert actions.close(deal=deal, by=owner, at=NOW()).closed_at is not None
    with pytest.raises(Refused, match="terminé"):
        actions.edit(deal=deal, terms=terms(), by=owner, at=NOW())


def test_deal_stands_until_the_end_of_its_last_day_in_paris(owner: User) -> None:
    day, zone = dt.date(2026, 3, 29), zoneinfo.ZoneInfo("Europe/Paris")
    end = dt.datetime(2026, 3, 30, tzinfo=zone)
    with timezone.override(zone):
        deal = make_deal(owner, ends_on=day, at=end - dt.timedelta(days=2))
        actions.vote(deal=deal, works=True, by=make_user("A"), at=end - dt.timedelta(minutes=1))
        with pytest.raises(Refused):
            actions.vote(deal=deal, works=True, by=make_user("B"), at=end)


def test_list_is_filtered_sorted_and_searched(owner: User, teammate: User) -> None:
    make_deal(owner, title="Ciné du Loge", ends_on=timezone.localdate())
    voted(make_deal(teammate, title="Crêpes à l’œil", category="food"), yes=1)
    assert titles(owner) == ["Crêpes à l’œil", "Ciné du Loge"]
    assert titles(owner, sort="ending") == ["Ciné du Loge", "Crêpes à l’œil"]
    assert titles(owner, sort="confirmed")[0] == "Crêpes à l’œil"
    assert titles(owner, category="food") == ["Crêpes à l’œil"]
    assert titles(owner, mine=True) == ["Ciné du Loge"]
    assert titles(owner, q="crepes") == ["Crêpes à l’œil"]
    assert titles(owner, q="100%_") == []


def test_thanks_count_once_and_never_for_oneself(owner: User, teammate: User) -> None:
    deal = make_deal(owner)
    for _ in range(2):
        actions.thank(deal=deal, by=teammate, at=NOW())
    with pytest.raises(Refused, match="soi-même"):
        actions.thank(deal=deal, by=owner, at=NOW())
    assert thanks_on("deal", deal.reference, teammate) == ThanksOn(1, given=True)


def test_fifty_open_deals_are_enough_for_one_person(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_OPEN", 1)
    make_deal(owner)
    with pytest.raises(Refused, match="fermez-en un"):
        make_deal(owner)


def test_deals_of_somebody_who_leaves_end_and_votes_stay(owner: User, teammate: User) -> None:
    deal, other = make_deal(owner), make_deal(teammate)
    actions.vote(deal=other, works=True, by=owner, at=NOW())
    hooks.member_left.ask(owner, NOW())
    deal.refresh_from_db()
    other.refresh_from_db()
    assert deal.closed_at is not None
    assert (other.closed_at, other.working_count) == (None, 1)


def test_newest_deals_that_work_stand_on_the_home_page(owner: User) -> None:
    voted(make_deal(owner, title="Passé"), no=3)
    voted(make_deal(owner, title="Marche"), yes=2)
    (item,) = queries.for_feed(owner, NOW())
    assert (item.values["title"], item.values["state"]) == ("Marche", "Confirmé par 2 collègues")
