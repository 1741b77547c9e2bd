"""Money of one company's council in a park never reaches the account of another."""

import pytest

from billing.models import Share, StripeCall, Transfer
from tests.factories.billing import make_campaign, make_council, make_shop
from tests.fixtures.billing import Till

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("balanced")]


def test_share_waits_for_the_account_of_its_own_council(till: Till) -> None:
    one = make_council("north", company="North Un", weight=40)
    two = make_council("north", company="North Deux", weight=60, confirmed=False)
    account = till.active_account(one)
    till.sell(make_campaign(make_shop(), {"north": 23_996}, at=till.at))
    till.let_shares_leave()
    sent = Transfer.objects.select_related("share").get()
    assert (sent.share.council_id, sent.amount_cents) == (one.pk, 3_839)
    call = StripeCall.objects.get(kind=StripeCall.Kind.TRANSFER)
    assert call.params["destination"] == account
    waiting = Share.objects.get(council=two)
    assert (waiting.amount_cents, waiting.state) == (5_759, "waiting_account")
