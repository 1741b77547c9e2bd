"""Two people that publish the same shop at the same moment, each on its own connection."""

import functools

from saas.accounts.models import User
from saas.catalogue.merchants.actions import shops as actions
from saas.catalogue.merchants.models import JoinRequest, Merchant
from saas.kernel import schema
from tests.fixtures.people import AT, make_user
from tests.fixtures.together import acts_at_once
from tests.saas.catalogue.making import NOON, described


def publish(person: User) -> Merchant:
    with schema.in_public():
        return actions.publish(by=person, at=AT)


def test_shop_published_by_two_at_once_is_one_shop_and_one_request(own_north: None) -> None:
    with schema.in_public():
        persons = [make_user(name, email=f"{name}@cazal.example") for name in ("anne", "bruno")]
        for person in persons:
            actions.describe(
                description=described(),
                hours=NOON,
                picture=None,
                keeps_picture=True,
                by=person,
                at=AT,
            )
    acts_at_once([functools.partial(publish, person) for person in persons])
    with schema.in_public():
        assert Merchant.objects.filter(state=Merchant.State.WAITING).count() == 1
        assert JoinRequest.objects.count() == 1
