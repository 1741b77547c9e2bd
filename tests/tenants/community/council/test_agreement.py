"""Two councils of a park: after any history, each figure equals the council's statement."""

import datetime as dt
import random
from typing import NamedTuple

import pytest
from django.db import transaction

from billing.adjustments.settlement import disputes, refunds
from billing.councils.queries.statements import statement_of
from billing.councils.rules.statements import EARNING, StatementPage
from billing.models import Account, Council, LedgerEntry, Payment, Refund, Sale, Share
from billing.orders.settlement import payments
from billing.stripe.gateway.values import BalanceTransaction
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.kernel import hooks, schema
from saas.kernel.display.writing import eur
from tenants.community.council.queries import account, forecast
from tenants.community.members.models import Profile, Role
from tenants.community.neighbourhood import actions as neighbourhood
from tenants.community.neighbourhood.models import CouncilMonth
from tenants.community.neighbourhood.queries import council as placed
from tenants.spaces.models import Tenant
from tests.factories.billing import make_campaign, make_council, make_paid_session, make_terms
from tests.factories.stripe_objects import stripe_dispute_of, stripe_refund_of
from tests.fixtures.people import AT, Browse, SpaceClient, make_user
from tests.tenants.community.council.reading import text_in, text_of

NOVEMBER = dt.date(2026, 11, 1)
LAST_DAY = dt.date(2026, 11, 30)
AN_HOUR = dt.timedelta(hours=1)
SALES = 6
SEEDS = (1, 2, 3)  # sold last month for the most part, half of it, and with no dispute won

type Refunds = dict[str, list[object]]


class Park(NamedTuple):
    """Two councils of companies in north, and a member of each company."""

    councils: list[Council]
    people: list[User]


def of_company(name: str, council: Council) -> User:
    user = make_user(name)
    Profile.objects.filter(user=user).update(company_id=council.company_id)
    return user


def make_park(chance: random.Random) -> Park:
    with schema.in_public():
        councils = [
            make_council(
                "north",
                company=company,
                weight=chance.randint(1, 900),
                rate_bp=chance.choice([1_111, 3_333, 4_000, 9_999]),
            )
            for company in ("North Un", "North Deux")
        ]
        Council.objects.filter(pk=councils[1].pk).update(is_vat_payer=True)
        make_council("south", rate_bp=2_500)
    people = [of_company(f"P{place}", council) for place, council in enumerate(councils)]
    return Park(councils, people)


@pytest.fixture
def stripe_refunds(monkeypatch: pytest.MonkeyPatch) -> Refunds:
    """Stripe's refunds, by payment intent."""
    known: Refunds = {}
    monkeypatch.setattr(
        "billing.adjustments.settlement.refunds.reads.refunds_of",
        lambda intent: known.get(intent, []),
    )
    return known


def sell(shop: Merchant, chance: random.Random, at: dt.datetime) -> Payment:
    nets = {"north": chance.randint(101, 30_000), "south": chance.randint(101, 9_000)}
    payment_id, session = make_paid_session(make_campaign(shop, nets, at=at), at=at)
    payments.apply_snapshot(payment_id, session, at=at)
    return Payment.objects.get(pk=payment_id)


def go_back(
    payment: Payment, chance: random.Random, at: dt.datetime, stripe_refunds: Refunds
) -> None:
    """Give parts of a payment back, some for a space that refuses it, and contest it.

    A dispute about it is lost, and perhaps won on appeal.
    """
    number, gross = payment.pk, payment.amount_cents
    made: list[object] = []
    stripe_refunds[payment.payment_intent] = made
    for place in range(chance.randint(0, 3)):
        cents = chance.randint(1, gross // 4)
        txn, moment = f"txn_{number}_{place}", at + place * AN_HOUR
        known = {"amount_cents": cents, "balance_transaction": txn}
        made.append(stripe_refund_of(payment, moment, id=f"re_{number}_{place}", **known))
        if cents % 2:
            Refund.objects.create(
                payment=payment,
                sale=Sale.objects.get(payment=payment),
                stripe_id=f"re_{number}_{place}",
                amount_cents=cents,
                state="sending",
                origin="refused",
                refused_in=Tenant.objects.get(schema_name=("north", "south")[cents % 4 // 2]),
                requested_at=moment,
            )
        refunds.sync(payment.pk, at=moment)
        if place == 0 and chance.random() < 0.6:
            lose(payment, chance, moment, is_won=chance.random() < 0.5)


def lose(payment: Payment, chance: random.Random, at: dt.datetime, *, is_won: bool) -> None:
    cents = chance.randint(1, payment.amount_cents // 2)
    taken = BalanceTransaction(f"txn_d{payment.pk}", -cents, 0, -cents, made_at=at)
    given = BalanceTransaction(f"txn_w{payment.pk}", cents, 0, cents, made_at=at)
    fields = {"id": f"du_{payment.pk}", "amount_cents": cents}
    disputes.apply_snapshot(
        payment.pk,
        stripe_dispute_of(payment, at, **fields, balance_transactions=(taken,), status="lost"),
        at=at,
    )
    if is_won:
        won = stripe_dispute_of(
            payment, at, **fields, balance_transactions=(taken, given), status="won"
        )
        disputes.apply_snapshot(payment.pk, won, at=at)


def live(shop: Merchant, chance: random.Random, at: dt.datetime, stripe_refunds: Refunds) -> None:
    """Sell under terms that change on the way, and give some of it back, this month and last."""
    council = Council.objects.filter(tenant__schema_name="north").order_by("pk")[0]
    begins_at = at - dt.timedelta(days=10)
    make_terms(council, rate_bp=chance.randint(1, 10_000), version=2, valid_from=begins_at)
    for place in range(SALES):
        moment = at - dt.timedelta(days=chance.choice([1, 6, 14, 40]), hours=place)
        payment = sell(shop, chance, moment)
        Share.objects.filter(sale__payment=payment).update(aep_bp=chance.choice([0, 2_000, 3_333]))
        go_back(payment, chance, at - AN_HOUR * (10 - place), stripe_refunds)


def plain_eur(cents: int) -> str:
    return eur(cents).replace("\u202f", " ").replace("\xa0", " ")


def statement(council: Council, first_day: dt.date = NOVEMBER) -> StatementPage:
    with schema.in_public():
        fresh = Council.objects.select_related("tenant").get(pk=council.pk)
        return statement_of(fresh, first_day=first_day, last_day=LAST_DAY)


@pytest.fixture(params=SEEDS)
def park(
    request: pytest.FixtureRequest, in_north: None, bakery: Merchant, stripe_refunds: Refunds
) -> Park:
    """Return a park with councils that have a random history of a month and a half."""
    chance = random.Random(request.param)  # noqa: S311 - no secret
    made = make_park(chance)
    with schema.in_public():
        live(bakery, chance, AT, stripe_refunds)
    for month in (dt.date(2026, 10, 1), NOVEMBER):
        neighbourhood.refresh_council_month(month=month, at=AT)
    return made


def test_figures_of_a_park_agree_wherever_they_are_read(
    browse: Browse, park: Park, subtests: pytest.Subtests
) -> None:
    """Check four readings of the same history, since creating it takes longer than reading it."""
    with subtests.test("each page shows the figure of the statement"):
        pages_show_the_figure_of_the_statement(browse, park, AT)
    with subtests.test("the month that members read is what the books say"):
        month_is_what_the_books_say(park)
    with subtests.test("a member without a council reads the total, and no line of one"):
        total_is_read_without_a_council(browse, park, AT)
    with subtests.test("the simulator at the terms of each sale is the statement"):
        simulator_is_the_statement(park, AT)


def pages_show_the_figure_of_the_statement(browse: Browse, park: Park, at: dt.datetime) -> None:
    for council, user in zip(park.councils, park.people, strict=True):
        page = statement(council)
        earned = page.earned.cents

        [brief] = hooks.council_brief.ask(user, at)
        assert (brief.council_name, brief.brought_cents) == (council.name, earned)
        october = statement(council, dt.date(2026, 10, 1)).earned.cents - earned
        assert brief.twelve_months_cents[-2:] == [october, earned]
        client = browse(user)
        home = text_of(client, "/")
        assert council.name in home
        assert plain_eur(earned) in home

        overview = text_of(client, "/council/?month=2026-11")
        assert f"Part du mois {plain_eur(earned)}" in overview
        assert council.name in overview
        assert not [one.name for one in park.councils if one != council and one.name in overview]

        by_campaign: dict[str, int] = {}
        for line in page.movements:
            if line.kind in EARNING:
                reference = line.about.campaign_reference
                by_campaign[reference] = by_campaign.get(reference, 0) + line.cents
        brought = placed.brought_in(NOVEMBER, user)
        results = {reference: one.cents for reference, one in brought.items() if one.cents}
        assert results == {reference: cents for reference, cents in by_campaign.items() if cents}
        assert {one.council_name for one in brought.values()} <= {council.name}


def month_is_what_the_books_say(park: Park) -> None:
    rows = [(row.brought_cents, row.by_council or {}) for row in CouncilMonth.objects.all()]
    for council in park.councils:
        with schema.in_public():
            books = LedgerEntry.objects.filter(council=council, account=Account.SHARE_COST)
            booked = sum(books.values_list("amount_cents", flat=True))
        assert sum(parts.get(council.reference, 0) for _, parts in rows) == booked
    assert all(sum(parts.values()) == cents for cents, parts in rows)
    names = {council.reference for council in park.councils}
    assert {reference for _, parts in rows for reference in parts} <= names


def total_is_read_without_a_council(browse: Browse, park: Park, at: dt.datetime) -> None:
    user = make_user("Nomade")
    total = sum(statement(council).earned.cents for council in park.councils)
    [brief] = hooks.council_brief.ask(user, at)
    assert (brief.council_name, brief.brought_cents) == ("", total)
    client = browse(user)
    assert "Les CSE de cet espace en novembre" in text_of(client, "/")
    overview = text_of(client, "/council/?month=2026-11")
    assert "Les CSE de cet espace, euro par euro" in overview
    assert f"Part du mois {plain_eur(total)}" in overview
    assert "Dernières écritures" not in overview
    assert not [council.name for council in park.councils if council.name in overview]


def simulator_is_the_statement(park: Park, at: dt.datetime) -> None:
    for council in park.councils:
        page = statement(council, dt.date(2026, 1, 1))
        desk = account.desk_of(council.reference, at=at)
        assert desk
        found = forecast.simulation_of(
            desk, schema_name="north", rate_bp=5_000, aep_bp=2_000, merchants=0, at=at
        )
        assert found
        assert found.now == page.earned
        assert not found.is_estimate


@pytest.mark.parametrize(
    "seed", [SEEDS[0], *(pytest.param(seed, marks=pytest.mark.proof) for seed in SEEDS[1:])]
)
def test_simulator_at_another_rate_agrees_with_books_at_that_rate(
    bakery: Merchant, stripe_refunds: Refunds, seed: int
) -> None:
    with schema.in_public():
        with transaction.atomic():
            lived = _history(bakery, AT, stripe_refunds, seed=seed, rate_bp=4_567)
            earned = statement(lived).earned
            transaction.set_rollback(True)
        council = _history(bakery, AT, stripe_refunds, seed=seed, rate_bp=3_000)
    desk = account.desk_of(council.reference, at=AT)
    assert desk
    found = forecast.simulation_of(
        desk, schema_name="north", rate_bp=4_567, aep_bp=2_000, merchants=0, at=AT
    )
    assert found
    assert found.other == earned


def _history(
    shop: Merchant, at: dt.datetime, stripe_refunds: Refunds, *, seed: int, rate_bp: int
) -> Council:
    """Live the same sales and the same refunds, with a council at a rate beside another."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    council = make_council("north", company="North Un", weight=37, rate_bp=rate_bp)
    make_council("north", company="North Deux", weight=101, rate_bp=1_111)
    for place in range(SALES):
        payment = sell(shop, chance, at - (SALES - place) * AN_HOUR)
        go_back(payment, chance, at, stripe_refunds)
    Share.objects.filter(council=council).update(aep_bp=2_000)
    return council


def test_simulator_with_more_merchants_says_that_it_is_an_estimate(
    treasury: SpaceClient, council: Council, bakery: Merchant
) -> None:
    with schema.in_public():
        sell(bakery, random.Random(1), AT - AN_HOUR)  # noqa: S311 - no secret
    exact = text_of(treasury, "/council/simulator/?rate_bp=50&aep_bp=0&merchants=0")
    for words in ("Environ", "Avec ces réponses, environ"):
        assert words not in exact
    guessed = text_of(treasury, "/council/simulator/?rate_bp=50&aep_bp=0&merchants=2")
    assert "Environ" in guessed
    assert "Avec ces réponses, environ" in guessed


def test_elected_of_several_councils_choose_whose_figures_they_read(
    browse: Browse, treasurer: User, bakery: Merchant
) -> None:
    park = make_park(random.Random(3))  # noqa: S311 - no secret
    with schema.in_public():
        sell(bakery, random.Random(3), AT - AN_HOUR)  # noqa: S311 - no secret
    for council in park.councils:
        role = {"role": Role.Kind.TREASURER, "company_id": council.company_id}
        Role.objects.get_or_create(user=treasurer, **role, defaults={"given_at": AT})
    client, written = browse(treasurer), []
    for council in park.councils:
        written.append(statement(council).earned.cents)
        page = client.get(f"/council/?council={council.reference}&month=2026-11")
        assert f"Part du mois {plain_eur(written[-1])}" in text_in(page.content)
        assert f"?council={council.reference}&amp;month=2026-11" in page.text
        assert "Troovon et les autres CSE" in text_in(page.content)
    together = text_of(client, "/council/?council=all&month=2026-11")
    assert f"Part du mois {plain_eur(sum(written))}" in together
    assert "Tous ensemble" in together
    keeper = park.people[0]
    Role.objects.create(
        user=keeper, role=Role.Kind.TREASURER, company_id=park.councils[0].company_id, given_at=AT
    )
    foreign = f"/council/?council={park.councils[1].reference}&month=2026-11"
    assert f"Part du mois {plain_eur(written[0])}" in text_of(browse(keeper), foreign)
