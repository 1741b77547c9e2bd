"""The council's page of refused shops, and the pages of its space without them."""

from typing import Any

import pytest

from billing.models import Council
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Refusal
from saas.kernel import revision, schema
from tenants.community.council.models import RefusalAct
from tests.factories.billing import make_campaign, make_shop
from tests.fixtures.billing import Till
from tests.fixtures.people import AT, Browse
from tests.saas.catalogue.making import make_merchant, run_campaign

WHY = "Ouvre après nos horaires"


@pytest.fixture
def merchant(db: None) -> Merchant:
    return make_merchant(at=AT)


def test_council_refuses_a_category_which_its_pages_show_no_more_until_it_is_taken_back(
    browse: Browse, elected: User, merchant: Merchant, django_capture_on_commit_callbacks: Any
) -> None:
    run_campaign(merchant, at=AT)
    client = browse(elected)
    pages = ("/", "/neighbourhood/", "/search/?q=cazal")
    assert ["Maison Cazal" in client.get(page).text for page in pages] == [True] * 3
    before = revision.current()
    typed = {"target": "category:bakery", "reason": WHY}
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post("/council/refusals/", typed).status_code == 303
    assert ["Maison Cazal" in client.get(page).text for page in pages] == [False] * 3
    assert client.get("/neighbourhood/maison-cazal/").status_code == 404
    assert revision.current() != before
    listed = client.get("/council/refusals/").text
    assert WHY in listed
    assert elected.display_name in listed
    reference = RefusalAct.objects.get().refusal_reference
    with schema.in_public():
        columns = {field.name for field in Refusal._meta.get_fields()}
        assert not columns & {"by", "by_name", "by_reference"}
    assert client.post(f"/council/refusals/{reference}/back/").status_code == 303
    assert "Maison Cazal" in client.get("/neighbourhood/").text
    assert "déjà levé" in client.refused(f"/council/refusals/{reference}/back/")


def test_refusal_needs_a_thing_of_the_list_and_a_reason_and_keeps_what_was_typed(
    browse: Browse, elected: User, merchant: Merchant
) -> None:
    client = browse(elected)
    found = client.get("/council/refusals/?q=cazal").text
    assert f"merchant:{merchant.reference}" in found
    page = client.refused("/council/refusals/", {"target": "category:nothing", "reason": WHY})
    assert "Choisissez un commerce, une catégorie ou une annonce dans la liste." in page
    assert WHY in page
    answer = client.post("/council/refusals/", {"target": "category:bakery", "reason": ""})
    assert "Dites pourquoi" in answer.text


@pytest.mark.parametrize(("net_cents", "asks"), [(41_000, False), (43_000, True)])
def test_refusal_above_500_euros_asks_for_a_second_factor(
    browse: Browse, elected: User, council: Council, till: Till, *, net_cents: int, asks: bool
) -> None:
    client = browse()
    with schema.inside("north"):
        client.force_login(elected, proven=False)
    with schema.in_public():
        shop = make_shop(name="Maison Cazal")
        till.sell(make_campaign(shop, {"north": net_cents}, at=till.at))
    answer = client.post(
        "/council/refusals/", {"target": f"merchant:{shop.reference}", "reason": WHY}
    )
    assert ("demande un second facteur" in answer.text) is asks
    with schema.inside("north"):
        assert RefusalAct.objects.exists() is not asks
