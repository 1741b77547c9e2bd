"""Each limit at its last allowed value, and at the first value beyond it."""

import datetime as dt
import zoneinfo

import pytest

from billing.adjustments.rules import refunds, unrun
from billing.adjustments.rules.unrun import Days, Worth
from billing.councils.rules import contacts, terms
from billing.ledger.rules import approvals, reserve
from billing.models import Account, Council, ShareTerms
from billing.orders.rules import checkout, spending
from billing.stripe.rules import params, reception
from saas.catalogue.placements.rules.prices import Period, Working
from saas.kernel.errors import Refused
from tenants.spaces.models import Company, Tenant

NOW = dt.datetime(2026, 11, 25, 11, 15, tzinfo=dt.UTC)
A_SECOND = dt.timedelta(seconds=1)
PARIS = zoneinfo.ZoneInfo("Europe/Paris")


def refused(words: str, field: str = "") -> pytest.RaisesExc[Refused]:
    return pytest.raises(Refused, match=words, check=lambda refusal: (refusal.field or "") == field)


@pytest.mark.parametrize("rate_bp", [0, 1, 10_000])
def test_a_rate_is_a_part_of_a_whole(rate_bp: int) -> None:
    terms.check_rate(rate_bp)
    contacts.check_split(rate_bp)


@pytest.mark.parametrize("rate_bp", [-1, 10_001, True, "40", None])
def test_no_other_rate_passes(rate_bp: object) -> None:
    with refused("de 0 à 100", "rate_bp"):
        terms.check_rate(rate_bp)
    with refused("de 0 à 100", "aep_bp"):
        contacts.check_split(rate_bp)


def test_terms_begin_now_at_the_earliest() -> None:
    terms.check_valid_from(NOW, at=NOW)
    with refused("au plus tôt maintenant", "valid_from"):
        terms.check_valid_from(NOW - A_SECOND, at=NOW)


@pytest.mark.parametrize("state", ["draft", "priced", "awaiting_payment", "cancelled"])
def test_unpaid_order_may_be_paid(state: str) -> None:
    checkout.check_may_pay(state)


@pytest.mark.parametrize("state", ["paid", "partly_refunded", "refunded"])
def test_paid_order_is_not_paid_again(state: str) -> None:
    with refused("déjà payée"):
        checkout.check_may_pay(state)


def test_processing_payment_waits_for_its_bank() -> None:
    with refused("traite déjà"):
        checkout.check_may_pay("processing")


def test_refund_never_exceeds_what_was_taken() -> None:
    with refused("Tout est déjà remboursé", "amount_cents"):
        refunds.check_refund(1, refundable_cents=0)
    refunds.check_refund(1, refundable_cents=1)
    with refused("0,01", "amount_cents"):
        refunds.check_refund(2, refundable_cents=1)


def test_a_reason_is_more_than_blanks() -> None:
    approvals.check_reason("x", field="note")
    with refused("Dites pourquoi", "note"):
        approvals.check_reason(" \n", field="note")


def test_an_order_is_stale_after_exactly_a_week() -> None:
    assert checkout.is_stale(NOW - dt.timedelta(days=7), at=NOW)
    assert not checkout.is_stale(NOW - dt.timedelta(days=7) + A_SECOND, at=NOW)


def test_a_name_is_cut_at_two_hundred_characters() -> None:
    assert params.cut("x" * 201) == "x" * 200


def test_a_session_lasts_less_than_a_day_and_is_offered_again_for_half_an_hour() -> None:
    assert dt.timedelta(hours=23) == checkout.SESSION_LASTS
    assert dt.timedelta(minutes=30) == checkout.SESSION_REUSED_FOR


@pytest.mark.parametrize("limit_cents", [None, 1, 9_999_999])
def test_a_limit_allows_something(limit_cents: int | None) -> None:
    spending.check_limit(limit_cents)


@pytest.mark.parametrize("limit_cents", [0, -1, 10_000_000])
def test_a_limit_that_allows_nothing_or_everything_is_refused(limit_cents: int) -> None:
    with refused("99\u202f999,99", "limit_cents"):
        spending.check_limit(limit_cents)


def test_the_last_cent_of_a_limit_may_be_spent() -> None:
    spending.check_spending(600, spent_cents=400, limit_cents=1_000)
    spending.check_spending(10**9, spent_cents=0, limit_cents=None)
    with refused("10,00.*4,01.*6,00"):
        spending.check_spending(600, spent_cents=401, limit_cents=1_000)


@pytest.mark.parametrize(
    ("at", "first"),
    [
        (dt.datetime(2026, 11, 30, 22, 59, tzinfo=dt.UTC), dt.date(2026, 11, 1)),
        (dt.datetime(2026, 11, 30, 23, 0, tzinfo=dt.UTC), dt.date(2026, 12, 1)),
        (dt.datetime(2027, 2, 14, 12, 0, tzinfo=dt.UTC), dt.date(2027, 2, 1)),
    ],
)
def test_a_month_is_that_of_the_desks_clock(at: dt.datetime, first: dt.date) -> None:
    month = spending.month_of(at)
    assert month.first_day == first
    assert month.begins == dt.datetime.combine(first, dt.time.min, tzinfo=PARIS)
    following = (first + dt.timedelta(days=31)).replace(day=1)
    assert month.ends == dt.datetime.combine(following, dt.time.min, tzinfo=PARIS)


@pytest.mark.parametrize("weight", [1, 500_000])
def test_a_council_speaks_for_people(weight: int) -> None:
    contacts.check_weight(weight)


@pytest.mark.parametrize("weight", [0, -1, 500_001, True, "12", None])
def test_no_other_number_of_people_passes(weight: object) -> None:
    with refused("une personne au moins", "weight"):
        contacts.check_weight(weight)


def test_only_a_park_has_councils_of_its_companies() -> None:
    park, tower = Tenant(pk=1, kind=Tenant.Kind.PARK), Tenant(pk=2, kind=Tenant.Kind.COMPANY)
    contacts.check_is_of_park(Company(tenant=park), park)
    with refused("Seul un parc"):
        contacts.check_is_of_park(Company(tenant=tower), tower)
    with refused("pas de ce parc", "company"):
        contacts.check_is_of_park(Company(tenant_id=3), park)


def test_a_council_ends_once_and_never_as_the_only_one() -> None:
    contacts.check_may_end(Council(), others=1)
    with refused("ne reçoit déjà plus"):
        contacts.check_may_end(Council(ended_at=NOW), others=1)
    with refused("le seul CSE"):
        contacts.check_may_end(Council(), others=0)


def test_a_council_that_ended_is_offered_something_only_while_it_waits() -> None:
    contacts.check_still_has_shares(Council(), waits=False)
    contacts.check_still_has_shares(Council(ended_at=NOW), waits=True)
    with refused("plus de nouvelle part"):
        contacts.check_still_has_shares(Council(ended_at=NOW), waits=False)


def test_the_first_terms_count_when_offered_and_later_ones_when_accepted() -> None:
    first = ShareTerms(version=1, valid_from=NOW)
    second = ShareTerms(version=2, valid_from=NOW, accepted_at=NOW + A_SECOND)
    assert terms.in_force([second, first], at=NOW - A_SECOND) is None
    assert terms.in_force([second, first], at=NOW) is first
    assert terms.in_force([second, first], at=NOW + A_SECOND) is second
    second.accepted_at = None
    assert terms.in_force([second, first], at=NOW + A_SECOND) is first


def test_terms_of_today_begin_at_once_and_others_with_their_day() -> None:
    midnight = dt.datetime(2026, 11, 25, tzinfo=PARIS)
    last = midnight + dt.timedelta(days=1) - A_SECOND
    for at in (midnight.astimezone(dt.UTC), last.astimezone(dt.UTC)):
        assert terms.begins_at(dt.date(2026, 11, 25), zone="Europe/Paris", at=at) is at
    for at in (midnight - A_SECOND, midnight + dt.timedelta(days=1)):
        assert terms.begins_at(dt.date(2026, 11, 25), zone="Europe/Paris", at=at) == midnight


@pytest.mark.parametrize(("today", "left"), [(20, 5), (22, 5), (23, 4), (26, 1), (27, 0), (30, 0)])
def test_today_counts_as_flown(today: int, left: int) -> None:
    period = Period(dt.date(2026, 11, 23), dt.date(2026, 11, 27))
    day = dt.date(2026, 11, today)
    assert unrun.days_of(period, today=day) == Days(all=5, left=left)
    assert unrun.worth_of(period, working(100, 7), today=day) == Worth(500, 100 * left)


def working(day_cents: int, weekend_cents: int) -> Working:
    return Working(day_cents, 0, 0, weekend_cents, 0, 0)


@pytest.mark.parametrize(
    ("today", "left"), [(25, 460), (26, 360), (27, 260), (28, 230), (29, 200), (30, 100), (31, 0)]
)
def test_a_day_of_the_weekend_weighs_what_it_costs(today: int, left: int) -> None:
    period = Period(dt.date(2026, 11, 26), dt.date(2026, 12, 1))
    day = dt.date(2026, 11, 1) + dt.timedelta(days=today - 1)
    assert unrun.worth_of(period, working(100, 30), today=day) == Worth(460, left)


def test_unrun_part_without_day_prices_goes_by_the_number_of_days() -> None:
    found = unrun.unrun_of("x", Days(4, 1), Worth(0, 0), net_cents=1_000, vat_cents=200)
    assert (found.net_cents, found.vat_cents) == (250, 50)


def test_unrun_part_goes_by_the_days_left_half_a_cent_up() -> None:
    worth = Worth(20, 10)
    found = unrun.unrun_of("Une annonce", Days(4, 3), worth, net_cents=1_001, vat_cents=200)
    assert found == ("Une annonce", Days(4, 3), 501, 100)
    assert found.gross_cents == 601


def test_reserve_is_what_is_promised_and_two_weeks_of_refunds() -> None:
    sums = {Account.SHARE_HELD: -700, Account.SHARE_DUE: -300}
    assert reserve.minimum_cents_of(sums, refunds_cents=50) == 1_050
    assert reserve.minimum_cents_of({}, refunds_cents=50) == 50
    assert reserve.minimum_cents_of({Account.SHARE_HELD: 900}, refunds_cents=50) == 50
    assert reserve.minimum_cents_of({Account.SHARE_DUE: -5}, refunds_cents=0) == 5
    assert reserve.minimum_cents_of({Account.SHARE_HELD: -5}, refunds_cents=0) == 5


def test_minimum_balance_is_sent_in_the_words_of_stripe() -> None:
    values = {"payments": {"payouts": {"minimum_balance_by_currency": {"eur": 1_050}}}}
    assert reserve.params_of(1_050) == values
    assert reserve.minimum_of(values) == 1_050


@pytest.mark.parametrize(
    ("endpoint", "account", "livemode", "is_ours"),
    [
        ("connected", "acct_1", False, True),
        ("connected", "", False, False),
        ("own", "", False, True),
        ("own", "acct_1", False, False),
        ("own", "", True, False),
    ],
)
def test_an_event_is_ours_by_its_endpoint_its_account_and_its_mode(
    *, endpoint: str, account: str, livemode: bool, is_ours: bool
) -> None:
    found = reception.is_for_us(endpoint=endpoint, account=account, livemode=livemode, ours=False)
    assert found is is_ours


def test_an_event_of_another_version_is_known_by_its_name() -> None:
    assert reception.is_other_version("2025-01-01", ours="2026-01-01")
    assert not reception.is_other_version("2026-01-01", ours="2026-01-01")
    assert not reception.is_other_version("", ours="2026-01-01")
