"""Codes that are taken and used at the same moment, each on a connection of its own."""

import functools

from saas.catalogue.offers.models import OfferDay, Voucher
from saas.kernel import schema
from tests.fixtures.people import make_user
from tests.fixtures.together import acts_at_once
from tests.saas.catalogue.making import make_merchant
from tests.saas.catalogue.offers.making import make_offer, take, use


def test_one_code_is_used_once_by_two_tills_and_a_last_one_given_once(own_north: None) -> None:
    merchant = make_merchant()
    offer = make_offer(merchant, most_uses=2)
    people = [make_user(f"Midi{number}") for number in range(4)]
    taken = acts_at_once([functools.partial(take, offer, each) for each in (*people, people[0])])
    given = {one for one in taken if isinstance(one, Voucher)}
    assert len(given) == 2
    [voucher, _other] = given
    answers = acts_at_once([functools.partial(use, voucher, merchant)] * 4)
    assert sum(isinstance(answer, Voucher) for answer in answers) == 1
    with schema.in_public():
        assert OfferDay.objects.get().uses == 1
