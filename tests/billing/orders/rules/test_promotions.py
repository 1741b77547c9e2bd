"""Promotion codes: their users, their dates, the number of uses, and the discount."""

import datetime as dt

import pytest

from billing.models import PromotionCode
from billing.orders.rules import promotions
from saas.catalogue.merchants.models import Merchant
from saas.kernel.errors import Refused

NOW = dt.datetime(2026, 11, 25, 11, 15, tzinfo=dt.UTC)
A_SECOND = dt.timedelta(seconds=1)
SHOP, OTHER_SHOP = Merchant(pk=1), Merchant(pk=2)


def code(**facts: object) -> PromotionCode:
    return PromotionCode(**{"code": "NOEL", "percent_bp": 1_000, "valid_from": NOW, **facts})


def refused(field: str, words: str) -> pytest.RaisesExc[Refused]:
    return pytest.raises(Refused, match=words, check=lambda refusal: refusal.field == field)


def test_a_code_is_read_however_it_is_typed() -> None:
    assert promotions.normal(" no-el \t20") == "NOEL20"
    assert promotions.normal("x" * 30) == "X" * 21


@pytest.mark.parametrize("text", ["ABC", "A1B2C3D4E5F6G7H8I9J0", "123"])
def test_three_to_twenty_alphanumeric_characters_are_a_code(text: str) -> None:
    promotions.check_code(text)


@pytest.mark.parametrize("text", ["", "AB", "A" * 21, "NOËL", "noel", "A-BC", "ABC\n"])
def test_anything_else_is_none(text: str) -> None:
    with refused("code", "3 à 20"):
        promotions.check_code(text)


@pytest.mark.parametrize(("percent_bp", "amount_cents"), [(1, None), (10_000, None), (None, 1)])
def test_code_takes_off_a_part_or_amount(percent_bp: int | None, amount_cents: int | None) -> None:
    promotions.check_offer(percent_bp, amount_cents)


@pytest.mark.parametrize(
    ("percent_bp", "amount_cents", "field", "words"),
    [
        (None, None, "percent_bp", "un pourcentage ou un montant"),
        (1, 1, "percent_bp", "un pourcentage ou un montant"),
        (0, None, "percent_bp", "de 1 à 100"),
        (10_001, None, "percent_bp", "de 1 à 100"),
        (None, 0, "amount_cents", "plus grand que zéro"),
        (None, -1, "amount_cents", "plus grand que zéro"),
    ],
)
def test_a_code_that_takes_off_nothing_too_much_or_both_is_refused(
    percent_bp: int | None, amount_cents: int | None, field: str, words: str
) -> None:
    with refused(field, words):
        promotions.check_offer(percent_bp, amount_cents)


def test_a_code_ends_after_it_begins() -> None:
    promotions.check_dates(NOW, None)
    promotions.check_dates(NOW, NOW + A_SECOND)
    with refused("valid_until", "La fin suit"):
        promotions.check_dates(NOW, NOW)


def test_a_code_works_from_its_first_moment_until_just_before_its_end() -> None:
    short = code(valid_until=NOW + A_SECOND)
    assert promotions.check_usable(short, merchant=SHOP, at=NOW) is short
    with refused("code", "n’est plus valable"):
        promotions.check_usable(short, merchant=SHOP, at=NOW + A_SECOND)
    with refused("code", "à partir du 25/11/2026"):
        promotions.check_usable(code(), merchant=SHOP, at=NOW - A_SECOND)


def test_a_code_that_was_ended_is_over_at_once() -> None:
    with refused("code", "n’est plus valable"):
        promotions.check_usable(code(ended_at=NOW), merchant=SHOP, at=NOW)


def test_a_code_kept_for_somebody_is_unknown_to_others() -> None:
    personal = code(merchant_id=1)
    assert promotions.check_usable(personal, merchant=SHOP, at=NOW) is personal
    for unknown in (personal, None):
        with refused("code", "n’existe pas"):
            promotions.check_usable(unknown, merchant=OTHER_SHOP, at=NOW)


def test_an_order_is_large_enough_from_the_exact_amount_on() -> None:
    promotions.check_order(code(least_net_cents=5_000), list_cents=5_000, monthly=False)
    with refused("code", "50,00.*49,99"):
        promotions.check_order(code(least_net_cents=5_000), list_cents=4_999, monthly=False)


def test_no_code_lowers_a_month() -> None:
    with refused("code", "une seule fois"):
        promotions.check_order(code(), list_cents=5_000, monthly=True)


def test_a_code_is_used_once_by_a_merchant_and_so_often_by_all() -> None:
    promotions.check_uses(code(), uses=1_000, by_merchant=0)
    promotions.check_uses(code(most_uses=3), uses=2, by_merchant=0)
    promotions.check_uses(code(once_per_merchant=False), uses=1, by_merchant=1)
    with refused("code", "déjà utilisé"):
        promotions.check_uses(code(), uses=1, by_merchant=1)
    with refused("code", "autant de fois"):
        promotions.check_uses(code(most_uses=3), uses=3, by_merchant=0)


def test_promotion_leaves_at_least_what_a_card_can_pay() -> None:
    promotions.check_rest(50, least_cents=50)
    with refused("code", "0,49.*0,50"):
        promotions.check_rest(49, least_cents=50)


def test_half_a_cent_is_taken_off_too_and_never_more_than_all() -> None:
    assert promotions.discount_cents(code(percent_bp=1_500), list_cents=1_230) == 185
    assert promotions.discount_cents(code(percent_bp=10_000), list_cents=999) == 999
    fixed = code(percent_bp=None, amount_cents=1_000)
    assert promotions.discount_cents(fixed, list_cents=1_001) == 1_000
    assert promotions.discount_cents(fixed, list_cents=999) == 999
    assert promotions.discount_cents(code(percent_bp=None), list_cents=999) == 0
