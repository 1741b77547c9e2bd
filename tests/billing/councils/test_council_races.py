"""Councils and people that decide about them at the same moment."""

import contextlib
import threading

import pytest

from billing.councils.actions import write_offs
from billing.councils.actions.accounts import ask_replacement, confirm_replacement
from billing.councils.actions.councils import accept_terms, decline_terms, end_council, offer_terms
from billing.councils.actions.write_offs import write_off
from billing.councils.queries import owed
from billing.models import AccountChange, Claim, Council, SaleTerms, Share, ShareTerms, StripeCall
from billing.orders.settlement import payments
from saas.kernel.errors import Refused
from tenants.spaces.actors import SpaceActor
from tests.factories.billing import make_campaign, make_council, make_merchant_user, make_shop
from tests.factories.records import DELPHINE
from tests.fixtures.billing import Till
from tests.fixtures.together import at_once

pytestmark = pytest.mark.usefixtures("own_database")


def test_four_who_confirm_at_once_open_one_account(till: Till) -> None:
    made = make_council("north", account="acct_old")
    ask_replacement(
        council=made, contact_email="a@b.example", siren="", reason="x", by=DELPHINE, at=till.at
    )

    def confirm(number: int) -> None:
        by = SpaceActor("north", f"M-{number}", "Élue", "council")
        with contextlib.suppress(Refused):
            confirm_replacement(council=made, by=by, at=till.at)

    at_once(confirm, [1, 2, 3, 4])
    assert StripeCall.objects.filter(kind="change").count() == 1
    assert AccountChange.objects.get().state == "confirmed"


def test_two_offers_at_once_leave_one_that_waits_for_an_answer(till: Till) -> None:
    council = make_council("north")
    operator = make_merchant_user("Opale")

    def offer(rate_bp: int) -> None:
        with contextlib.suppress(Refused):
            offer_terms(
                council=council, rate_bp=rate_bp, valid_from=till.at, by=operator, at=till.at
            )

    at_once(offer, [4_100, 4_200, 4_300])
    assert ShareTerms.objects.filter(council=council, accepted_at=None).count() == 1


def test_yes_and_no_at_once_are_one_answer(till: Till) -> None:
    council = make_council("north", accepted=False)

    def answer(number: int) -> None:
        with contextlib.suppress(Refused):
            if number % 2:
                accept_terms(council=council, aep_bp=2_000, by=DELPHINE, at=till.at)
            else:
                decline_terms(council=council, reason="Trop peu", by=DELPHINE, at=till.at)

    at_once(answer, [1, 2, 3, 4])
    terms = ShareTerms.objects.get(council=council)
    assert (terms.accepted_at is None) != (terms.declined_at is None)


def test_a_sale_while_the_council_answers_is_split_as_it_answered(till: Till) -> None:
    council = make_council("north", accepted=False)
    orders = [
        till.open(make_campaign(make_shop(), {"north": 20_000}, at=till.at)) for _ in range(3)
    ]
    paid = [till.pay(order).pk for order in orders]

    def go(payment_id: int) -> None:
        if payment_id:
            payments.sync(payment_id, at=till.at)
        else:
            accept_terms(council=council, aep_bp=2_500, by=DELPHINE, at=till.at)

    at_once(go, [*paid, 0])
    assert set(Share.objects.values_list("aep_bp", flat=True)) == {2_500}
    assert SaleTerms.objects.count() == 3


def test_two_who_end_councils_at_once_leave_one(till: Till) -> None:
    councils = [make_council("north", company=name) for name in ("North Un", "North Deux")]
    operator = make_merchant_user("Opale")

    def end(council: Council) -> None:
        with contextlib.suppress(Refused):
            end_council(council=council, reason="fusion", by=operator, at=till.at)

    at_once(end, councils)
    assert Council.objects.filter(ended_at=None).count() == 1


def test_two_debts_written_off_at_once_leave_one_to_another_person(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_council("north")
    shop, operator = make_shop(), make_merchant_user("Opale")
    for _ in range(2):
        till.sell(make_campaign(shop, {"north": 100_000}, at=till.at))
    claims = [
        Claim.objects.create(share=share, amount_cents=30_000, due_at=till.at, state="owed")
        for share in Share.objects.all()
    ]
    both, count = threading.Barrier(2), owed.written_off_alone

    def count_together(council_id: int) -> int:
        """Count, then let the other count too, if it can get that far."""
        counted = count(council_id)
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(timeout=1)
        return counted

    monkeypatch.setattr(write_offs, "written_off_alone", count_together)

    def give_up(claim: Claim) -> None:
        cents = claim.left_cents
        write_off(debt=claim, seen_cents=cents, reason="x", by=operator, at=till.at)

    at_once(give_up, claims)
    assert sorted(Claim.objects.values_list("state", flat=True)) == ["owed", "written_off"]
    assert Claim.objects.get(state="owed").write_off_asked_by_id == operator.pk
