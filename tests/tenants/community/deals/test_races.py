"""Votes at the same moment, each on a connection of its own."""

import functools
import uuid

from tenants.community.deals import actions
from tenants.community.deals.models import Deal, Vote
from tests.fixtures.people import AT, make_user
from tests.fixtures.together import acts_at_once
from tests.tenants.community.deals.making import make_deal, terms


def test_votes_at_once_are_each_counted_once(own_north: None) -> None:
    deal = make_deal(make_user("Nadia"), at=AT)
    voters = [make_user(f"Voix{number}") for number in range(6)]
    votes = [
        functools.partial(actions.vote, deal=deal, works=number % 3 > 0, by=voter, at=AT)
        for number, voter in enumerate(voters * 2)
    ]
    answers = acts_at_once(list(votes))
    assert all(isinstance(answer, Deal) for answer in answers)
    deal.refresh_from_db()
    assert Vote.objects.count() == 6
    assert (deal.working_count, deal.failing_count) == (4, 2)


def test_two_clicks_at_once_pass_one_deal_on(own_north: None) -> None:
    author, key = make_user("Nadia"), uuid.uuid4()
    post = functools.partial(actions.post, terms=terms(), key=key, by=author, at=AT)
    answers = acts_at_once([lambda: post().pk] * 4)
    assert answers == [Deal.objects.get().pk] * 4
