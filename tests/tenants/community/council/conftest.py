"""People, councils and sales that the tests of this room need."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from billing.models import Council, Order
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.kernel import schema
from tenants.community.members.models import Role
from tests.factories.billing import TREASURER, make_campaign, make_council, make_shop
from tests.fixtures.billing import Till
from tests.fixtures.people import AT, Browse, SpaceClient, make_user
from tests.tenants.community.council.reading import text_of


@pytest.fixture(autouse=True)
def _today(going_on_from_at: None) -> None:
    """Set the clock to the day of the tests."""


@pytest.fixture
def treasurer(owner: User) -> User:
    """Return the owner as the council's treasurer, named in the minutes of its election."""
    User.objects.filter(pk=owner.pk).update(reference=TREASURER)
    owner.reference = TREASURER
    Role.objects.create(user=owner, role=Role.Kind.TREASURER, given_at=AT)
    return owner


@pytest.fixture
def treasury(browse: Browse, treasurer: User) -> SpaceClient:
    """The treasurer's browser."""
    return browse(treasurer)


@pytest.fixture
def elected(in_north: None) -> User:
    """Return an elected member of the council."""
    user = make_user("Lou", last_name="Ferrand")
    Role.objects.create(user=user, role=Role.Kind.COUNCIL, given_at=AT)
    return user


@pytest.fixture
def council(in_north: None) -> Council:
    """Return the north's only council, with accepted terms."""
    with schema.in_public():
        return make_council("north")


@pytest.fixture
def offered(in_north: None) -> Council:
    """A council that has yet to answer its first terms."""
    with schema.in_public():
        return make_council("north", accepted=False)


@pytest.fixture
def active(council: Council, till: Till) -> Council:
    """Return the north’s council with an active account."""
    with schema.in_public():
        till.active_account(council)
        return Council.objects.get(pk=council.pk)


@pytest.fixture
def bakery(in_north: None) -> Merchant:
    """A shop that pays to be seen."""
    with schema.in_public():
        return make_shop()


@pytest.fixture
def sell(till: Till) -> Callable[..., Order]:
    """Sell a campaign in the north, and in other spaces that are named."""

    def sold(shop: Merchant, net_cents: int, **others: int) -> Order:
        with schema.in_public():
            return till.sell(make_campaign(shop, {"north": net_cents, **others}, at=till.at))

    return sold


@pytest.fixture
def after_the_hold(till: Till) -> Callable[[], None]:
    """Let the hold pass, and everything leave that may."""

    def passed() -> None:
        with schema.in_public():
            till.let_shares_leave()

    return passed


@dataclass
class Desk:
    """The desk of the north's only council, with its treasurer, and a shop that pays."""

    client: SpaceClient
    council: Council
    bakery: Merchant
    till: Till
    sell_for: Callable[..., Order]
    after_the_hold: Callable[[], None]

    def read(self, url: str) -> str:
        return text_of(self.client, url)

    def sell(self, net_cents: int, shop: Merchant | None = None, **others: int) -> Order:
        return self.sell_for(shop or self.bakery, net_cents, **others)


@pytest.fixture
def desk(
    treasury: SpaceClient,
    council: Council,
    bakery: Merchant,
    till: Till,
    sell: Callable[..., Order],
    after_the_hold: Callable[[], None],
) -> Desk:
    return Desk(treasury, council, bakery, till, sell, after_the_hold)
