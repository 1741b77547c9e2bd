"""What a space's council desk reads: its own euros, and nobody else's."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from billing import actions, clock, queries
from billing.models import LedgerEntry, Order, OwnShare, OwnTerms, Share
from saas.kernel import schema
from saas.kernel.errors import NotAllowed, Refused
from tenants.spaces.actors import SpaceActor
from tests.factories.billing import make_campaign, make_council, make_merchant_user, make_shop
from tests.fixtures.billing import Till

pytestmark = pytest.mark.django_db

NOVEMBER = dt.date(2026, 11, 1)
HOLD = dt.timedelta(days=14, minutes=1)
TREASURER = SpaceActor("north", "M-DELPHI", "Delphine Marchal", "treasurer")


@pytest.fixture
def sold(till: Till) -> Till:
    """One campaign over both spaces: 40 % for the north, 25 % for the south."""
    for space, rate in (("north", 4_000), ("south", 2_500)):
        till.active_account(make_council(space, rate_bp=rate))
    till.sell(make_campaign(make_shop(), {"north": 12_345, "south": 8_000}, at=till.at))
    return till


def send(till: Till) -> None:
    till.simulator.pull("clock/advance", to=(till.at + HOLD).isoformat())
    clock.release(at=till.at + HOLD)
    till.jobs.run()


def test_each_space_reads_its_own_councils_terms_shares_and_lines(sold: Till) -> None:
    for space, cents in (("north", 4_938), ("south", 2_000)):
        with schema.inside(space):
            assert [council.name for council in queries.councils_here()] == [f"CSE {space}"]
            assert [share.amount_cents for share in OwnShare.objects.all()] == [cents]
            assert [line.cents for line in queries.lines_of_month(NOVEMBER)] == [cents]
            assert [line.cents for line in queries.ledger_lines()] == [cents]
            assert OwnTerms.objects.count() == 1


@pytest.mark.parametrize(
    "table", ["council", "share", "sale", "order", "ledgerentry", "invoice", "stripeevent"]
)
def test_a_space_reads_no_table_of_billing(table: str) -> None:
    with (
        schema.inside("north"),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f'SELECT 1 FROM "billing_{table}"')  # noqa: S608 - names of this test


def test_the_figures_of_a_month_agree_with_the_books(sold: Till) -> None:
    with schema.inside("north"):
        before = queries.month_figures(NOVEMBER)
    assert (before.share_cents, before.held_cents, before.transferred_cents) == (4_938, 4_938, 0)
    assert before.next_release_at == Share.objects.first().release_at  # type: ignore[union-attr]
    send(sold)
    with schema.inside("north"):
        november = queries.month_figures(NOVEMBER)
        december = queries.month_figures(dt.date(2026, 12, 1))
        months = queries.twelve_months(dt.date(2026, 12, 1))
    assert (november.share_cents, november.transferred_cents) == (4_938, 0)
    assert (december.share_cents, december.transferred_cents) == (0, 4_938)
    assert (december.held_cents, december.total_cents, november.merchants) == (0, 4_938, 1)
    assert len(months) == 12
    assert [month.cents for month in months if month.cents] == [4_938]
    assert months[-2].month == NOVEMBER
    booked = LedgerEntry.objects.filter(account="share.cost").values_list("amount_cents", flat=True)
    assert sum(booked) == 4_938 + 2_000


def test_the_flow_of_a_month_is_of_this_spaces_part_only(sold: Till) -> None:
    with schema.inside("north"):
        (row,) = queries.flow_of_month(NOVEMBER)
    assert row.merchant_name == "Maison Cazal"
    assert (row.gross_cents, row.vat_cents) == (14_814, 2_469)
    assert row.share_cents == 4_938
    assert row.gross_cents == row.vat_cents + row.fee_cents + row.share_cents + row.rest_cents


def test_two_councils_of_a_space_count_a_sale_once(till: Till) -> None:
    make_council("north", company="North Un", weight=800)
    make_council("north", company="North Deux", weight=430)
    till.sell(make_campaign(make_shop(), {"north": 20_000}, at=till.at))
    with schema.inside("north"):
        (row,) = queries.flow_of_month(NOVEMBER)
        assert (row.gross_cents, row.share_cents) == (24_000, 8_000)


def test_a_euro_is_followed_from_the_merchant_to_the_council_and_back(sold: Till) -> None:
    share = Share.objects.get(council__tenant__schema_name="north")
    with schema.inside("north"):
        before = queries.trail_of(share.reference)
    assert [step.kind for step in before if step.next] == ["held", "transferred"]
    send(sold)
    with schema.inside("north"):
        steps = queries.trail_of(share.reference)
    assert [(step.kind, step.cents) for step in steps] == [
        ("paid", 14_814),
        ("vat", 2_469),
        ("net", 12_345),
        ("fee", 237),
        ("terms", 4_938),
        ("held", 4_938),
        ("transferred", 4_938),
    ]
    assert steps[-1].reference.startswith("tr_")
    assert not any(step.next for step in steps)


def test_a_refund_is_a_negative_line_never_an_edit(sold: Till) -> None:
    send(sold)
    actions.request_refund(
        order=Order.objects.get(),
        amount_cents=24_414,
        by=make_merchant_user("Opale"),
        at=sold.at,
    )
    sold.jobs.catch_up()
    with schema.inside("north"):
        lines = queries.ledger_lines()[::-1]
        reference = lines[0].share_reference
        back = queries.trail_of(reference)[-2:]
    assert [(line.kind, line.cents, line.balance_cents) for line in lines] == [
        ("shared", 4_938, 4_938),
        ("transferred", -4_938, 0),
        ("claimed", -4_938, -4_938),
        ("reversed", 4_938, 0),
    ]
    assert [(step.kind, step.cents) for step in back] == [("claimed", -4_938), ("reversed", 4_938)]


def test_a_share_of_another_space_is_not_found(sold: Till) -> None:
    share = Share.objects.get(council__tenant__schema_name="south")
    with schema.inside("north"):
        assert queries.trail_of(share.reference) == []
        assert queries.share_here(share.reference) is None


def test_a_month_begins_in_the_spaces_own_time(till: Till) -> None:
    make_council("north")
    late = till._replace(at=dt.datetime(2026, 11, 30, 23, 30, tzinfo=dt.UTC))
    late.simulator.pull("clock/set", now=late.at.isoformat())
    late.sell(make_campaign(make_shop(), {"north": 20_000}, at=late.at))
    with timezone.override("Europe/Paris"), schema.inside("north"):
        assert queries.flow_of_month(NOVEMBER) == []
        assert queries.lines_of_month(NOVEMBER) == []
        (line,) = queries.lines_of_month(dt.date(2026, 12, 1))
        (row,) = queries.flow_of_month(dt.date(2026, 12, 1))
    assert (line.cents, row.share_cents) == (8_000, 8_000)


def test_terms_say_which_holds_and_which_waits_for_a_signature(till: Till) -> None:
    council = make_council("north", rate_bp=4_000)
    operator = make_merchant_user("Opale")
    actions.offer_terms(council=council, rate_bp=4_500, valid_from=till.at, by=operator, at=till.at)
    with schema.inside("north"):
        offered, holding = queries.terms_of(council.reference, at=till.at)
    assert (offered.is_offered, offered.is_in_force) == (True, False)
    assert (holding.is_offered, holding.is_in_force) == (False, True)
    actions.accept_terms(council=council, by=TREASURER, at=till.at)
    with schema.inside("north"):
        accepted, former = queries.terms_of(council.reference, at=till.at)
    assert (accepted.is_in_force, former.is_in_force) == (True, False)
    assert accepted.accepted_by_name == "Delphine Marchal"


def test_terms_are_accepted_by_their_own_space_once(till: Till) -> None:
    council = make_council("north", accepted=False)
    stranger = TREASURER._replace(schema_name="south")
    with pytest.raises(NotAllowed):
        actions.accept_terms(council=council, by=stranger, at=till.at)
    actions.accept_terms(council=council, by=TREASURER, at=till.at)
    with pytest.raises(Refused, match="n’attend votre réponse"):
        actions.accept_terms(council=council, by=TREASURER, at=till.at)


def test_terms_cannot_be_changed_even_by_hand(till: Till) -> None:
    council = make_council("north")
    for change in ({"rate_bp": 1}, {"accepted_by_name": "Un autre"}):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            council.terms.update(**change)


def test_an_account_is_opened_by_its_own_space_only(till: Till) -> None:
    council = make_council("north")
    stranger = TREASURER._replace(schema_name="south")
    with pytest.raises(NotAllowed):
        actions.open_account(
            council=council, contact_email="a@b.example", siren="", by=stranger, at=till.at
        )
    assert queries.council_of_space(council.reference, schema_name="north") == council
    assert queries.council_of_space(council.reference, schema_name="south") is None
