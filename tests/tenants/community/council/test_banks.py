"""A treasurer follows a share from the days that earned it to the bank, and from the bank back."""

from collections.abc import Callable

import pytest

from billing.councils.settlement import payouts
from billing.models import Council, Order, Payout, Share
from saas.catalogue.merchants.models import Merchant
from saas.kernel import schema
from tests.factories.billing import make_council, make_shop
from tests.fixtures.billing import Till
from tests.fixtures.people import Count, SpaceClient
from tests.tenants.community.council.conftest import Desk
from tests.tenants.community.council.reading import text_of

type Sell = Callable[..., Order]

MOST_QUERIES = 14


def trail_of(order: Order) -> str:
    with schema.in_public():
        share = Share.objects.get(sale__order=order, council__tenant__schema_name="north")
        return f"/council/ledger/{share.reference}/"


@pytest.fixture
def paid_out(
    council: Council, bakery: Merchant, sell: Sell, till: Till, after_the_hold: Callable[[], None]
) -> tuple[Order, str]:
    """A share of 80 € that has arrived at the council's bank, in a payment of 120 €."""
    with schema.in_public():
        account = till.active_account(council)
        other = make_shop(name="Ti’Zeste")
    order = sell(bakery, 20_000)
    sell(other, 10_000)
    after_the_hold()
    with schema.in_public():
        payout = till.simulator.pull("payouts/now", account=account)["payout"]["id"]
        payouts.sync(payout, account=account, council_id=council.pk, at=till.at)
    return order, str(payout)


def test_a_share_is_followed_to_the_bank_and_back_in_its_own_space(
    treasury: SpaceClient, paid_out: tuple[Order, str]
) -> None:
    order, payout = paid_out
    trail = text_of(treasury, trail_of(order))
    assert "80,00 € d’un virement de 120,00 €" in trail
    assert "Payé par Maison Cazal le 25/11/2026, pour cet espace, TVA comprise 240,00 €" in trail
    assert "TVA −40,00 €" in trail
    assert "Troovon −116,15 €" in trail
    bank = text_of(treasury, f"/council/ledger/bank/{payout}/")
    assert "120,00 € à la banque du CSE" in bank
    assert "Maison Cazal 80,00 € Ti’Zeste 40,00 €" in bank
    with schema.in_public():
        Payout.objects.update(council=make_council("south"))
    assert treasury.get(f"/council/ledger/bank/{payout}/").status_code == 404


def test_the_days_of_display_add_up_to_what_was_paid_before_tax(desk: Desk) -> None:
    page = desk.read(trail_of(desk.sell(20_003)))
    days = [line for line in page.split("Fil d’accueil")[1:] if "€" in line]
    assert len(days) >= 5
    assert "40,00 €" in page
    assert "40,01 €" in page


def test_the_two_pages_cost_few_questions(
    treasury: SpaceClient, count_queries: Count, paid_out: tuple[Order, str]
) -> None:
    order, payout = paid_out
    for url in (trail_of(order), f"/council/ledger/bank/{payout}/"):
        treasury.get(url)
        assert len(count_queries(treasury, url)) <= MOST_QUERIES
