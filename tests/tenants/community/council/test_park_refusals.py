"""In a park each council refuses for its own people; the ad leaves once all have refused it."""

from collections.abc import Callable

import pytest

from billing.adjustments import tasks
from billing.councils.actions.councils import end_council
from billing.models import Council, Order, Refund
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Campaign, Refusal
from saas.catalogue.placements.queries import refusals as queries
from saas.catalogue.placements.queries.reviews import unseen_spaces
from saas.kernel import schema
from tenants.community.members.models import Profile, Role
from tests.factories.billing import make_council, make_merchant_user
from tests.fixtures.people import AT, Browse, make_user
from tests.saas.catalogue.making import make_merchant, run_campaign
from tests.tenants.community.council.reading import text_of

type Sell = Callable[..., Order]
REASON = {"reason": "Contraire à notre charte."}


@pytest.fixture
def councils(in_north: None) -> list[Council]:
    """The councils of the two companies of the park."""
    with schema.in_public():
        names = ("North Un", "North Deux")
        return [make_council("north", company=name, weight=50) for name in names]


@pytest.fixture
def people(councils: list[Council]) -> list[User]:
    """Return a member of each council, with the council's company as employer."""
    found = []
    for name, council in zip(("Alix", "Noor"), councils, strict=True):
        user = make_user(name)
        Profile.objects.filter(user=user).update(company_id=council.company_id)
        role = {"role": Role.Kind.COUNCIL, "company_id": council.company_id}
        Role.objects.create(user=user, given_at=AT, **role)
        found.append(user)
    return found


def settle() -> int:
    with schema.in_public():
        tasks.settle_refusals()
        return Refund.objects.count()


def refusal_of(council: Council) -> Refusal:
    with schema.in_public():
        return Refusal.objects.get(company=council.company_id, until=None)


def test_refusal_of_one_council_holds_for_its_own_people(
    browse: Browse, councils: list[Council], people: list[User]
) -> None:
    shop = make_merchant(at=AT)
    headline = run_campaign(shop, at=AT).headline
    first, second = (browse(person) for person in people)
    assert headline in text_of(first, "/")
    target = {"target": f"merchant:{shop.reference}"}
    assert first.post("/council/refusals/", {**target, **REASON}).status_code == 303
    assert settle() == 0
    assert not refusal_of(councils[0]).for_all
    assert headline not in text_of(first, "/")
    assert headline in text_of(second, "/")
    assert "les autres CSE ne l’ont pas refusé" in text_of(first, "/council/refusals/")
    assert "Contraire" not in text_of(second, "/council/refusals/")


def test_ad_leaves_the_space_once_every_council_refuses_it(
    browse: Browse, councils: list[Council], people: list[User], bakery: Merchant, sell: Sell
) -> None:
    sell(bakery, 10_000)
    target = {"target": f"merchant:{bakery.reference}"}
    for person, refunds in zip(people, (0, 1), strict=True):
        assert browse(person).post("/council/refusals/", {**target, **REASON}).status_code == 303
        assert settle() == refunds
    assert all(refusal_of(council).for_all for council in councils)


def test_only_the_council_that_refused_takes_it_back(
    browse: Browse, councils: list[Council], people: list[User], bakery: Merchant
) -> None:
    target = {"target": f"merchant:{bakery.reference}"}
    first, second = (browse(person) for person in people)
    for client in (first, second):
        client.post("/council/refusals/", {**target, **REASON})
    reference = refusal_of(councils[0]).reference
    assert second.post(f"/council/refusals/{reference}/back/").status_code == 403
    assert first.post(f"/council/refusals/{reference}/back/").status_code == 303
    assert not refusal_of(councils[1]).for_all


def test_council_that_ends_has_no_say_any_more(
    browse: Browse, councils: list[Council], people: list[User], bakery: Merchant
) -> None:
    target = {"target": f"merchant:{bakery.reference}"}
    browse(people[0]).post("/council/refusals/", {**target, **REASON})
    with schema.in_public():
        operator = make_merchant_user("Agathe")
        end_council(council=councils[1], reason="Fusion", by=operator, at=AT)
    assert refusal_of(councils[0]).for_all


def sentences_of(campaign: Campaign) -> str:
    """Return the sentences of the campaign's page."""
    with schema.in_public():
        found = Campaign.objects.select_related("merchant").get(pk=campaign.pk)
        waits, left = queries.previews_in_words(found), queries.refusals_for_some(found)
    return " ".join([*waits, *left])


def test_ad_waits_for_each_council_that_asked(browse: Browse, people: list[User]) -> None:
    first, second = (browse(person) for person in people)
    for client in (first, second):
        assert client.post("/council/refusals/gate/", {"gate": "on"}).status_code == 303
    campaign = run_campaign(make_merchant(at=AT), at=AT)
    url = f"/council/refusals/previews/{campaign.reference}/"
    assert campaign.headline in text_of(first, "/council/refusals/")
    assert first.post(url, {"verdict": "accept"}).status_code == 303
    assert campaign.headline not in text_of(first, "/council/refusals/")
    assert campaign.headline not in text_of(first, "/")
    assert "le CSE a demandé à voir" in sentences_of(campaign)
    assert second.post(url, {"verdict": "refuse", **REASON}).status_code == 303
    assert campaign.headline in text_of(first, "/")
    assert campaign.headline not in text_of(second, "/")
    assert "le CSE de North Deux ne veut pas de cette annonce" in sentences_of(campaign)
    assert REASON["reason"] in sentences_of(campaign)
    assert settle() == 0


def test_council_that_did_not_ask_sees_no_gate(browse: Browse, people: list[User]) -> None:
    first, second = (browse(person) for person in people)
    first.post("/council/refusals/gate/", {"gate": "on"})
    campaign = run_campaign(make_merchant(at=AT), at=AT)
    assert "Ne plus les voir avant" in text_of(first, "/council/refusals/")
    assert "Les voir avant l’espace" in text_of(second, "/council/refusals/")
    url = f"/council/refusals/previews/{campaign.reference}/"
    assert "plus votre avis" in second.refused(url, {"verdict": "accept"})
    second.post("/council/refusals/gate/", {"gate": "off"})
    assert campaign.headline not in text_of(second, "/")


def test_days_that_ran_for_others_stay_paid(
    browse: Browse, councils: list[Council], people: list[User]
) -> None:
    first, second = (browse(person) for person in people)
    first.post("/council/refusals/gate/", {"gate": "on"})
    campaign = run_campaign(make_merchant(at=AT), at=AT)
    url = f"/council/refusals/previews/{campaign.reference}/"
    first.post(url, {"verdict": "refuse", **REASON})
    with schema.in_public():
        assert unseen_spaces(campaign) == set()
    target = {"target": f"campaign:{campaign.reference}"}
    second.post("/council/refusals/", {**target, **REASON})
    with schema.in_public():
        assert unseen_spaces(campaign) == set()
