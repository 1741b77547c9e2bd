"""Each state on a council's pages is shown with the next step and its date."""

import datetime as dt
import re

import pytest

from billing import clock
from billing.models import AccountChange, Council, Share, TaxPayment
from billing.transitions.machines import MACHINES
from billing.wording import onward, taxes
from saas.catalogue.merchants.models import Merchant
from saas.kernel import schema
from tenants.community.council.wording import shares
from tests.billing.councils.settlement.test_taxes import DECEMBER, make_vat_payer
from tests.factories.records import make_done_change
from tests.fixtures.people import AT, SpaceClient
from tests.tenants.community.council.conftest import Desk
from tests.tenants.community.council.reading import text_of, with_plain_spaces
from tests.tenants.community.council.test_pages import Sell

DAY = dt.datetime(2026, 12, 9, 11, 15, tzinfo=dt.UTC)


@pytest.mark.parametrize("state", MACHINES["share"])
@pytest.mark.parametrize("first", ["", "dès que le compte du CSE est actif"])
@pytest.mark.parametrize("balance_cents", [-800, 0, 800])
def test_each_state_of_a_share_has_a_sentence(state: str, first: str, balance_cents: int) -> None:
    sentence = shares.what_follows(state, release_at=DAY, first=first, balance_cents=balance_cents)
    assert re.fullmatch(r"[A-ZÉ0-9].{15,}\.", sentence)
    assert "%" not in sentence


def test_a_share_that_is_over_shows_what_is_still_to_come_or_to_be_given_back() -> None:
    def sentence(balance_cents: int) -> str:
        return with_plain_spaces(
            shares.what_follows("reversed", release_at=DAY, first="", balance_cents=balance_cents)
        )

    assert sentence(0) == "Elle a été reprise en entier. Rien à faire."
    assert sentence(800).startswith("8,00 € reviennent au CSE")
    assert sentence(-800).startswith("8,00 € sont à rendre")


def test_each_state_of_a_share_is_shown_on_its_page(desk: Desk) -> None:
    with schema.in_public():
        desk.till.active_account(desk.council)
    desk.sell(20_000)
    with schema.in_public():
        share = Share.objects.get()
    for state in MACHINES["share"]:
        with schema.in_public():
            Share.objects.update(state=state)
        sentence = shares.what_follows(
            state, release_at=share.release_at, first="", balance_cents=share.amount_cents
        )
        assert with_plain_spaces(sentence) in desk.read(f"/council/ledger/{share.reference}/"), (
            state
        )


def test_each_state_of_a_replacement_is_shown_on_its_page(desk: Desk) -> None:
    with schema.in_public():
        Council.objects.update(account_state="active", stripe_account="acct_1")
        make_done_change(desk.council.pk, at=AT)
    going_on = "Dès qu’il est actif, les prochaines parts y arrivent"
    for state in MACHINES["change"]:
        with schema.in_public():
            AccountChange.objects.update(state=state)
        sentence = onward.of_change(state, asked_at=AT, confirmed_at=AT)
        page = desk.read("/council/account/replacement/")
        assert (
            going_on if state in {"asked", "confirmed"} else with_plain_spaces(sentence)
        ) in page, state


def test_each_state_of_the_vat_of_a_bill_is_shown_beside_its_statement(
    treasury: SpaceClient, bakery: Merchant, sell: Sell
) -> None:
    with schema.in_public():
        make_vat_payer()
    sell(bakery, 20_000)
    with schema.in_public():
        clock.bill(at=DECEMBER)
        TaxPayment.objects.update(stripe_id="tr_1", done_at=DECEMBER)
        tax = TaxPayment.objects.get()
    for state in MACHINES["tax"]:
        with schema.in_public():
            TaxPayment.objects.update(state=state)
        tax.state = state
        assert with_plain_spaces(taxes.in_words(tax)) in text_of(
            treasury, "/council/statements/"
        ), state
