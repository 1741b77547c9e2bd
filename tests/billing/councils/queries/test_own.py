"""The council desk of a space: it shows its own euros and no other council's."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from billing.councils.actions.accounts import open_account
from billing.councils.actions.councils import accept_terms, offer_terms
from billing.councils.queries.own import councils_here, own_share, terms_here
from billing.councils.queries.terms import council_of_space
from billing.models import OwnEntry, OwnLine, OwnShare, OwnTerms, Share
from saas.kernel import schema
from saas.kernel.errors import NotAllowed, Refused
from tests.factories.billing import make_campaign, make_council, make_merchant_user, make_shop
from tests.factories.records import DELPHINE
from tests.fixtures.billing import Till

pytestmark = pytest.mark.django_db

NOVEMBER = dt.date(2026, 11, 1)


@pytest.fixture
def sold(till: Till) -> Till:
    """Sell a single campaign in both spaces: 40 % for the north, 25 % for the south."""
    for space, rate in (("north", 4_000), ("south", 2_500)):
        till.active_account(make_council(space, rate_bp=rate))
    till.sell(make_campaign(make_shop(), {"north": 12_345, "south": 8_000}, at=till.at))
    return till


def test_each_space_reads_its_own_councils_terms_shares_and_lines(sold: Till) -> None:
    for space, cents in (("north", 4_938), ("south", 2_000)):
        with schema.inside(space):
            assert [council.name for council in councils_here()] == [f"CSE {space}"]
            assert [share.amount_cents for share in OwnShare.objects.all()] == [cents]
            assert OwnLine.objects.values_list("month", "cents").get() == (NOVEMBER, cents)
            assert OwnEntry.objects.values_list("kind", "cents").get() == ("shared", cents)
            assert OwnTerms.objects.count() == 1


def test_a_share_holds_this_spaces_part_of_the_sale_in_whole_cents(sold: Till) -> None:
    with schema.inside("north"):
        share = OwnShare.objects.get()
    part = [share.net_cents, share.vat_cents, share.gross_cents, share.fee_cents]
    assert part == [12_345, 2_469, 14_814, 237]
    assert {type(cents) for cents in part} == {int}


def test_a_share_of_another_space_is_not_found(sold: Till) -> None:
    share = Share.objects.get(council__tenant__schema_name="south")
    with schema.inside("north"):
        assert own_share(share.reference) is None


def test_a_month_begins_in_the_spaces_own_time(till: Till) -> None:
    make_council("north")
    late = till._replace(at=dt.datetime(2026, 11, 30, 23, 30, tzinfo=dt.UTC))
    late.simulator.pull("clock/set", now=late.at.isoformat())
    late.sell(make_campaign(make_shop(), {"north": 20_000}, at=late.at))
    with schema.inside("north"):
        line = OwnLine.objects.get()
    assert (line.month, line.cents) == (dt.date(2026, 12, 1), 8_000)


def test_terms_say_which_holds_and_which_waits_for_a_signature(till: Till) -> None:
    council = make_council("north", rate_bp=4_000)
    operator = make_merchant_user("Opale")
    offer_terms(council=council, rate_bp=4_500, valid_from=till.at, by=operator, at=till.at)
    with schema.inside("north"):
        offered, holding = terms_here(at=till.at)[council.reference]
    assert (offered.is_offered, offered.is_in_force) == (True, False)
    assert (holding.is_offered, holding.is_in_force) == (False, True)
    accept_terms(council=council, by=DELPHINE, at=till.at)
    with schema.inside("north"):
        accepted, former = terms_here(at=till.at)[council.reference]
    assert (accepted.is_in_force, former.is_in_force) == (True, False)
    assert accepted.accepted_by_name == "Delphine Marchal"


def test_terms_are_accepted_by_their_own_space_once(till: Till) -> None:
    council = make_council("north", accepted=False)
    stranger = DELPHINE._replace(schema_name="south")
    with pytest.raises(NotAllowed):
        accept_terms(council=council, by=stranger, at=till.at)
    accept_terms(council=council, by=DELPHINE, at=till.at)
    with pytest.raises(Refused, match="n’attend votre réponse"):
        accept_terms(council=council, by=DELPHINE, at=till.at)


def test_terms_cannot_be_changed_even_by_hand(till: Till) -> None:
    council = make_council("north")
    for change in ({"rate_bp": 1}, {"accepted_by_name": "Un autre"}):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            council.terms.update(**change)


def test_an_account_is_opened_by_its_own_space_only(till: Till) -> None:
    council = make_council("north")
    stranger = DELPHINE._replace(schema_name="south")
    with pytest.raises(NotAllowed):
        open_account(
            council=council, contact_email="a@b.example", siren="", by=stranger, at=till.at
        )
    assert council_of_space(council.reference, schema_name="north") == council
    assert council_of_space(council.reference, schema_name="south") is None
