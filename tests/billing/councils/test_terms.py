"""Terms are offered, answered with a vote or a reason, and never changed afterwards."""

import datetime as dt

import pytest
from django.core import mail
from django.db import DatabaseError, transaction

from billing import clock
from billing.councils.actions.councils import accept_terms, decline_terms, offer_terms
from billing.councils.queries.terms import offered_terms
from billing.models import Council, OwnEntry, OwnShare, Share, ShareTerms
from billing.stripe import tasks
from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.errors import Refused
from tests.billing.councils.rules.test_budgets import line_by_line
from tests.factories.billing import make_campaign, make_council, make_shop, make_terms
from tests.factories.records import DELPHINE
from tests.fixtures.billing import HOLD, Till

pytestmark = pytest.mark.django_db


def accept(council: Council, at: dt.datetime, **changes: object) -> ShareTerms:
    return accept_terms(council=council, by=DELPHINE, at=at, **changes)  # type: ignore[arg-type]


def sell(till: Till, cents: int = 20_000) -> Share:
    order = till.sell(make_campaign(make_shop(), {"north": cents}, at=till.at))
    return Share.objects.get(sale__order=order)


def test_an_offer_is_mailed_and_says_who_made_it(till: Till, operator: User) -> None:
    council = make_council("north")
    starts = till.at + dt.timedelta(days=6)
    offer_terms(council=council, rate_bp=4_250, valid_from=starts, by=operator, at=till.at)
    tasks.follow_up()
    till.jobs.run()
    message = next(one for one in mail.outbox if one.to == ["cse@north.example"])
    assert message.subject == "Des conditions attendent votre réponse"
    assert (
        "42,5\u00a0% de ce que les commerçants paient, hors taxe, à partir du 01/12/2026"
        in message.body
    )
    assert ShareTerms.objects.get(version=2).offered_by_name == "Opale Cazal"


def test_vote_of_the_council_is_stored_and_copied_into_each_sale(till: Till) -> None:
    council = make_council("north", accepted=False)
    accept(council, till.at, aep_bp=2_000, resolution="n° 2026-14 du 18/11/2026", version=1)
    terms = ShareTerms.objects.get()
    assert (terms.aep_bp, terms.resolution) == (2_000, "n° 2026-14 du 18/11/2026")
    assert sell(till).aep_bp == 2_000


def test_another_split_counts_from_then_on_only(till: Till, operator: User) -> None:
    council = make_council("north", accepted=False)
    accept(council, till.at, aep_bp=2_000)
    before = sell(till)
    later = till.at + dt.timedelta(minutes=1)
    offer_terms(council=council, rate_bp=4_000, valid_from=later, by=operator, at=till.at)
    accept(council, later, aep_bp=5_000)
    till.simulator.pull("clock/advance", to=(till.at + dt.timedelta(hours=1)).isoformat())
    after = sell(till._replace(at=till.at + dt.timedelta(hours=1)))
    before.refresh_from_db()
    assert (before.aep_bp, after.aep_bp) == (2_000, 5_000)


def test_a_council_that_says_no_loses_nothing(till: Till, operator: User) -> None:
    council = make_council("north", accepted=False)
    till.active_account(council)
    share = sell(till)
    decline_terms(council=council, reason="Trop peu", by=DELPHINE, at=till.at)
    till.let_shares_leave()
    share.refresh_from_db()
    assert share.state == "waiting_account"
    assert share.amount_cents == 8_000
    later = till.at + 2 * HOLD
    offer_terms(council=council, rate_bp=5_000, valid_from=later, by=operator, at=till.at)
    assert not own_share().terms_accepted
    accept(council, later, aep_bp=1_000, version=2)
    assert own_share().terms_accepted
    clock.release(at=later)
    till.jobs.run()
    share.refresh_from_db()
    assert (share.state, share.amount_cents, share.aep_bp) == ("transferred", 8_000, 1_000)


def own_share() -> OwnShare:
    with schema.inside("north"):
        return OwnShare.objects.get()


def test_declined_terms_are_answered_for_good(till: Till) -> None:
    council = make_council("north", accepted=False)
    decline_terms(council=council, reason="Trop peu", by=DELPHINE, at=till.at)
    with pytest.raises(Refused, match="n’attend votre réponse"):
        accept(council, till.at)
    for change in ({"accepted_at": till.at}, {"declined_because": "autre"}):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            ShareTerms.objects.update(accepted_by_reference="M-1", **change)


def test_declined_terms_need_a_reason(till: Till) -> None:
    council = make_council("north", accepted=False)
    with pytest.raises(Refused, match="Dites pourquoi"):
        decline_terms(council=council, reason=" ", by=DELPHINE, at=till.at)


def test_terms_that_were_not_read_are_not_accepted(till: Till) -> None:
    council = make_council("north")
    make_terms(council, rate_bp=5_000, accepted=False, version=2)
    with pytest.raises(Refused, match="relisez-les"):
        accept(council, till.at, version=1)


@pytest.mark.parametrize("aep_bp", [-1, 10_001, 12.5, True, "2000"])
def test_a_split_is_a_part_of_a_whole(till: Till, aep_bp: object) -> None:
    council = make_council("north", accepted=False)
    with pytest.raises(Refused, match="de 0 à 100"):
        accept(council, till.at, aep_bp=aep_bp)


def test_terms_begin_neither_in_the_past_nor_after_the_end(till: Till, operator: User) -> None:
    council = make_council("north")
    before = till.at - dt.timedelta(seconds=1)
    with pytest.raises(Refused, match="au plus tôt maintenant"):
        offer_terms(council=council, rate_bp=1, valid_from=before, by=operator, at=till.at)
    Council.objects.update(ended_at=till.at)
    with pytest.raises(Refused, match="plus de nouvelle part"):
        offer_terms(council=council, rate_bp=1, valid_from=till.at, by=operator, at=till.at)
    assert offered_terms(council) is None


def test_each_line_of_the_ledger_is_split_as_the_rule_says(till: Till, operator: User) -> None:
    council = make_council("north", accepted=False)
    accept(council, till.at, aep_bp=3_333)
    till.active_account(council)
    order = till.sell(make_campaign(make_shop(), {"north": 12_345}, at=till.at))
    for cents in (1_001, 2_002, 3):
        till.give_back(order, cents, operator)
    till.let_shares_leave()
    with schema.inside("north"):
        for account in ("share.cost", "stripe.balance"):
            lines = list(OwnEntry.objects.filter(account=account).order_by("pk"))
            expected = line_by_line([line.cents for line in lines], aep_bp=3_333)
            assert [line.aep_cents for line in lines] == [one.aep_cents for one in expected]
            assert lines
