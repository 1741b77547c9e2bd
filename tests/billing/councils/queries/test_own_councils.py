"""Councils' accounts, terms, payouts and papers as a space reads them: its own alone."""

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, connection, models, transaction

from billing.councils.actions.accounts import ask_replacement
from billing.councils.queries.forecast import renewals_here
from billing.models import (
    AccountChange,
    Council,
    OwnAccountChange,
    OwnCouncil,
    OwnPayout,
    OwnRenewal,
    OwnStatement,
    OwnTerms,
    Payout,
)
from saas.kernel import schema
from tenants.spaces.actors import SpaceActor
from tests.factories.billing import make_campaign, make_council, make_shop
from tests.factories.records import make_statement
from tests.fixtures.billing import Till
from tests.fixtures.months import make_subscription

pytestmark = pytest.mark.django_db

VIEWS: tuple[type[models.Model], ...] = (OwnAccountChange, OwnPayout, OwnStatement, OwnRenewal)
TABLES = (
    *("accountchange", "payout", "statement", "subscription", "councilnotice", "dispute"),
    *("council", "share", "sale", "order", "ledgerentry", "invoice", "stripeevent"),
)


@pytest.fixture
def both(till: Till) -> dict[str, Council]:
    """A council in each space, each with a row of everything."""
    campaign = make_campaign(make_shop(), {"north": 3_000, "south": 1_000}, at=till.at)
    make_subscription(campaign, at=till.at, stripe_id="sub_1", state="active")
    councils = {}
    for space in ("north", "south"):
        councils[space] = council = make_council(space, account=f"acct_{space}")
        Payout.objects.create(
            council=council,
            stripe_id=f"po_{space}",
            state="paid",
            amount_cents=100,
            made_at=till.at,
        )
        day = dt.date(2026, 11, 1)
        make_statement(council.pk, at=till.at, first_day=day, last_day=day, number=None)
        ask_replacement(
            council=council,
            contact_email=f"bureau@{space}.example",
            siren="",
            reason="x",
            by=SpaceActor(space, "M-1", "Delphine", "treasurer"),
            at=till.at,
        )
    return councils


@pytest.mark.parametrize("view", VIEWS)
def test_each_view_shows_a_space_its_own_rows(
    both: dict[str, Council], view: type[models.Model]
) -> None:
    rows: dict[str, list[Any]] = {}
    for space in both:
        with schema.inside(space):
            rows[space] = list(view._default_manager.all())  # noqa: SLF001 - whichever view it is
    assert [len(found) for found in rows.values()] == [1, 1]
    if view is not OwnRenewal:
        for space, council in both.items():
            assert {row.council_reference for row in rows[space]} == {council.reference}


def test_a_renewal_is_worth_what_is_shown_in_the_space(both: dict[str, Council]) -> None:
    for space, cents in (("north", 15_000), ("south", 5_000)):
        with schema.inside(space):
            (renewal,) = renewals_here()
            assert (renewal.net_cents, renewal.state) == (cents, "active")


@pytest.mark.parametrize("table", TABLES)
def test_a_space_reads_no_table_behind_its_views(table: str) -> None:
    with (
        schema.inside("north"),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f'SELECT 1 FROM "billing_{table}"')  # noqa: S608 - names of this test


def test_space_reads_its_council_s_details_and_terms(both: dict[str, Council], till: Till) -> None:
    Council.objects.filter(pk=both["north"].pk).update(
        siren="732829320", account_deadline_at=till.at, account_requirements=[{"what": "x"}]
    )
    with schema.inside("north"):
        council, terms = OwnCouncil.objects.get(), OwnTerms.objects.get()
    assert (council.siren, council.account_deadline_at) == ("732829320", till.at)
    assert council.account_requirements == [{"what": "x"}]
    assert (terms.aep_bp, terms.resolution, terms.declined_at) == (0, "", None)
    assert AccountChange.objects.count() == 2
