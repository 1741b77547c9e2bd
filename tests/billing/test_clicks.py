"""What one click on the button that pays asks for."""

import pytest

from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements import actions as placements
from saas.catalogue.placements.models import Campaign
from tests.factories.billing import make_campaign
from tests.fixtures.billing import Till


def test_an_order_is_priced_once_where_its_page_opens_at_once(
    till: Till, shop: Merchant, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    priced, check_out = [], placements.check_out

    def counted(**asked: object) -> object:
        priced.append(asked["campaign_id"])
        return check_out(**asked)  # type: ignore[arg-type]

    monkeypatch.setattr(placements, "check_out", counted)
    till.open(campaign)
    assert priced == [campaign.pk] * 2  # its merchant became a customer in between

    known = make_campaign(shop, {"north": 5_000}, at=till.at)
    till.open(known)
    assert priced[2:] == [known.pk]
