"""The database itself lets no charge send councils more than it brought."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from billing.models import Sale, Share, Transfer
from tests.factories.billing import make_campaign, make_council, make_shop
from tests.fixtures.billing import Till
from tests.fixtures.patience import PATIENCE

pytestmark = pytest.mark.by_hand

INSERT = """
    INSERT INTO billing_transfer
        (uuid, share_id, state, amount_cents, stripe_id, refusal, created_at)
    VALUES (gen_random_uuid(), %s, %s, %s, '', '', now())
"""


def two_shares(till: Till) -> list[Share]:
    """Two councils' shares of 240.00."""
    for company, weight in (("North Un", 800), ("North Deux", 430)):
        make_council("north", company=company, weight=weight)
    till.sell(make_campaign(make_shop(), {"north": 20_000}, at=till.at))
    return list(Share.objects.order_by("pk"))


@pytest.fixture
def shares(db: None, till: Till) -> list[Share]:
    """Create the shares of two councils for a single test, and return them."""
    return two_shares(till)


def insert(share: Share, cents: int, state: str = "pending") -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(INSERT, [share.pk, state, cents])


def test_charge_sends_what_was_paid_and_not_a_cent_more(shares: list[Share]) -> None:
    insert(shares[0], 20_000, "in_flight")
    with pytest.raises(IntegrityError, match="a charge of 24000 cents cannot send 24001"):
        insert(shares[1], 4_001)
    insert(shares[1], 4_000)


def test_refused_transfer_does_not_count_until_it_is_retried(shares: list[Share]) -> None:
    insert(shares[0], 24_000, "refused")
    insert(shares[1], 4_001)
    for change in ({"state": "pending"}, {"state": "unknown"}):
        with pytest.raises(IntegrityError, match="cannot send 28001"), transaction.atomic():
            Transfer.objects.filter(share=shares[0]).update(**change)
    Transfer.objects.filter(share=shares[1]).update(state="refused")
    Transfer.objects.filter(share=shares[0]).update(state="pending")


def test_an_amount_does_not_grow_beyond_it_either(shares: list[Share]) -> None:
    insert(shares[0], 1)
    with pytest.raises(IntegrityError, match="cannot send 24001"), transaction.atomic():
        Transfer.objects.update(amount_cents=24_001)
    Transfer.objects.update(amount_cents=24_000)


@pytest.mark.usefixtures("own_database")
def test_two_at_once_do_not_each_count_themselves_alone(till: Till) -> None:
    shares = two_shares(till)
    failures: list[str] = []

    def late() -> None:
        try:
            insert(shares[1], 12_001)
        except IntegrityError as problem:
            failures.append(str(problem))
        finally:
            connection.close()

    other = threading.Thread(target=late)
    with transaction.atomic():
        insert(shares[0], 12_000)
        other.start()
        other.join(timeout=1)
        assert other.is_alive(), "it waits for the one that came first"
    other.join(timeout=PATIENCE)
    assert ["cannot send 24001" in one for one in failures] == [True]
    assert Transfer.objects.count() == 1
    assert Sale.objects.get().gross_cents == 24_000
