"""A park gives its companies councils of their own; a council may have no legal personality."""

import datetime as dt

import pytest

from billing import clock
from billing.councils.actions.accounts import ask_personality, ask_replacement, describe_billing
from billing.councils.actions.councils import (
    accept_terms,
    answer_personality,
    count_heads,
    declare_personality,
    decline_terms,
    end_council,
    offer_first_terms,
    offer_terms,
    open_council,
)
from billing.councils.queries.terms import terms_are_accepted
from billing.models import Council, SaleTerms, Share, StateChange
from billing.stripe import tasks
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.kernel.errors import NotAllowed, Refused
from tenants.spaces.models import Company, Tenant
from tests.billing.councils.settlement.test_self_billing import OWES_VAT
from tests.factories.billing import make_campaign, make_council, make_shop
from tests.factories.records import DELPHINE
from tests.fixtures.billing import HOLD, Till
from tests.fixtures.people import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def park(db: None) -> Tenant:
    """The north, a park of two companies."""
    return Tenant.objects.get(schema_name="north")


def open_for(park: Tenant, name: str, by: User, at: dt.datetime) -> Council:
    company = Company.objects.get(name=name)
    return open_council(tenant=park, company=company, rate_bp=4_000, by=by, at=at)


def sell(till: Till, cents: int = 20_000) -> dict[str, int]:
    order = till.sell(make_campaign(make_shop(), {"north": cents}, at=till.at))
    shares = Share.objects.filter(sale__order=order).select_related("council")
    return {share.council.name: share.amount_cents for share in shares}


def test_company_gets_a_council_with_its_head_count_and_terms(park: Tenant, operator: User) -> None:
    council = open_for(park, "North Un", operator, AT)
    company = Company.objects.get(name="North Un")
    assert (council.company_id, council.weight) == (company.pk, company.head_count)
    assert (council.terms.get().rate_bp, council.terms.get().accepted_at) == (4_000, None)
    with pytest.raises(Refused, match="déjà son CSE"):
        open_for(park, "North Un", operator, AT)


def test_park_s_own_council_counts_no_employee_twice(park: Tenant, operator: User) -> None:
    own = offer_first_terms(tenant_id=park.pk, begun_at=AT, at=AT)
    everybody = own.weight
    one = open_for(park, "North Un", operator, AT)
    own.refresh_from_db()
    assert own.weight + one.weight == everybody


def test_only_a_park_has_several_of_its_own_companies(park: Tenant, operator: User) -> None:
    elsewhere = Company.objects.exclude(tenant=park).select_related("tenant").first()
    assert elsewhere
    with pytest.raises(Refused, match="pas de ce parc"):
        open_council(tenant=park, company=elsewhere, rate_bp=1, by=operator, at=AT)
    with pytest.raises(Refused, match="Seul un parc"):
        open_council(tenant=elsewhere.tenant, company=elsewhere, rate_bp=1, by=operator, at=AT)


def test_share_is_split_by_head_counts_of_the_day(till: Till, park: Tenant, operator: User) -> None:
    own = make_council("north", weight=100)
    one = open_for(park, "North Un", operator, till.at)
    count_heads(council=one, weight=300, by=operator, at=till.at)
    assert sell(till) == {"CSE north": 2_000, "CSE North Un": 6_000}
    count_heads(council=one, weight=100, by=operator, at=till.at)
    assert sell(till) == {"CSE north": 4_000, "CSE North Un": 4_000}
    frozen = SaleTerms.objects.filter(council=one).order_by("pk")
    assert list(frozen.values_list("weight", "weight_total")) == [(300, 400), (100, 200)]
    end_council(council=own, reason="chaque entreprise a le sien", by=operator, at=till.at)
    later = till._replace(at=till.at + dt.timedelta(minutes=5))
    till.simulator.pull("clock/advance", to=later.at.isoformat())
    assert sell(later) == {"CSE North Un": 8_000}


def test_share_stays_with_a_council_that_ended(till: Till, park: Tenant, operator: User) -> None:
    own = make_council("north")
    till.active_account(own)
    sell(till)
    open_for(park, "North Un", operator, till.at)
    end_council(council=own, reason="fin", by=operator, at=till.at)
    till.let_shares_leave()
    assert Share.objects.get(council=own).state == "transferred"


@pytest.mark.parametrize("weight", [0, -1, 500_001, 1.5, True])
def test_a_head_count_counts_heads(operator: User, weight: object) -> None:
    council = make_council("north")
    with pytest.raises(Refused, match="une personne au moins"):
        count_heads(council=council, weight=weight, by=operator, at=AT)  # type: ignore[arg-type]


def no_person(operator: User) -> Council:
    return declare_personality(
        council=make_council("north", weight=32),
        is_person=False,
        evidence="32 salariés",
        by=operator,
        at=AT,
    )


def test_a_council_without_personality_asks_waits_and_goes_on(till: Till, operator: User) -> None:
    council = no_person(operator)
    sell(till)
    later = till.at + HOLD
    till.simulator.pull("clock/advance", to=later.isoformat())
    clock.release(at=later)
    assert Share.objects.get().state == "waiting_account"
    ask = {"council": council, "by": DELPHINE, "at": later}
    council_that_asks = ask_personality(evidence="54 salariés, DSN d’octobre", **ask)  # type: ignore[arg-type]
    assert council_that_asks.personality_asked_at == later
    with pytest.raises(Refused, match="déjà demandé"):
        ask_personality(evidence="encore", **ask)  # type: ignore[arg-type]
    declare_personality(council=council, is_person=True, evidence="vérifié", by=operator, at=later)
    council.refresh_from_db()
    assert (council.account_state, council.personality_asked_at) == ("none", None)
    account = till._replace(at=later).active_account(council)
    assert account
    till.jobs.run()
    assert Share.objects.get().state == "transferred"
    why = StateChange.objects.get(machine="council", trigger="person_asked").why
    assert why == "Delphine Marchal\u00a0: 54 salariés, DSN d’octobre"


def test_council_without_personality_yet_may_apply_again(till: Till, operator: User) -> None:
    council = no_person(operator)
    for _ in range(2):
        ask_personality(council=council, evidence="51", by=DELPHINE, at=AT)
        answer_personality(council=council, reason="48 en juin", by=operator, at=AT)
    with pytest.raises(Refused, match="rien demandé"):
        answer_personality(council=council, reason="48 en juin", by=operator, at=AT)
    tasks.follow_up()
    till.jobs.run()


def test_council_with_an_account_asks_for_no_personality() -> None:
    council = make_council("north", account="acct_1")
    with pytest.raises(Refused, match="plus possible"):
        ask_personality(council=council, evidence="x", by=DELPHINE, at=AT)


def test_a_council_that_owes_vat_is_billed_from_its_mandate_on() -> None:
    council = make_council("north")
    describe_billing(council=council, billing=OWES_VAT, by=DELPHINE, at=AT)
    later = AT + dt.timedelta(days=9)
    moved = OWES_VAT._replace(city="Blois")
    found = describe_billing(council=council, billing=moved, by=DELPHINE, at=later)
    assert (found.self_billing_since, found.city) == (AT, "Blois")
    none = OWES_VAT._replace(is_vat_payer=False)
    found = describe_billing(council=council, billing=none, by=DELPHINE, at=later)
    assert (found.self_billing_since, found.vat_number, found.is_vat_payer) == (None, "", False)
    history = StateChange.objects.filter(machine="council").order_by("pk")
    assert list(history.values_list("trigger", flat=True)) == ["vat", "vat", "no_vat"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"siren": "123"}, "siren"),
        ({"siren": ""}, "siren"),
        ({"vat_number": ""}, "vat_number"),
        ({"vat_number": "FR45732829320"}, "vat_number"),
        ({"vat_number": "DE123456789"}, "vat_number"),
        ({"street": " "}, "street"),
        ({"postcode": ""}, "postcode"),
        ({"city": ""}, "city"),
        ({"lets_us_bill": False}, "lets_us_bill"),
    ],
)
def test_billing_details_of_an_invoice_are_required(changed: dict[str, object], field: str) -> None:
    council = make_council("north")
    with pytest.raises(Refused) as refused:
        describe_billing(
            council=council,
            billing=OWES_VAT._replace(**changed),  # type: ignore[arg-type]
            by=DELPHINE,
            at=AT,
        )
    assert refused.value.field == field


def test_stranger_of_another_space_describes_no_council() -> None:
    council = make_council("north")
    stranger = DELPHINE._replace(schema_name="south")
    with pytest.raises(NotAllowed):
        describe_billing(council=council, billing=OWES_VAT, by=stranger, at=AT)
    with pytest.raises(NotAllowed):
        ask_personality(council=council, evidence="x", by=stranger, at=AT)
    with pytest.raises(NotAllowed):
        decline_terms(council=council, reason="x", by=stranger, at=AT)


def test_ended_council_still_gets_what_waits(till: Till, shop: Merchant, operator: User) -> None:
    make_council("north", company="North Un")
    council = make_council("north", accepted=False)
    at = till.at
    till.sell(make_campaign(shop, {"north": 20_000}, at=at))
    decline_terms(council=council, reason="trop peu", by=DELPHINE, at=at)
    end_council(council=council, reason="repris", by=operator, at=at)
    till.active_account(council)
    Council.objects.filter(pk=council.pk).update(account_state="rejected")
    ask_replacement(
        council=council, contact_email="c@b.example", siren="", reason="x", by=DELPHINE, at=at
    )
    later = at + dt.timedelta(days=1)
    offer_terms(council=council, rate_bp=5_000, valid_from=later, by=operator, at=at)
    accept_terms(council=council, by=DELPHINE, at=at)
    assert terms_are_accepted(Share.objects.get(council=council))


def test_a_council_that_ended_and_waits_for_nothing_is_offered_nothing(operator: User) -> None:
    make_council("north", company="North Un")
    council = make_council("north")
    end_council(council=council, reason="repris", by=operator, at=AT)
    with pytest.raises(Refused, match="plus de nouvelle part"):
        offer_terms(council=council, rate_bp=5_000, valid_from=AT, by=operator, at=AT)
