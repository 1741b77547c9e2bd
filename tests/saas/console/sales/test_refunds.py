"""Operators refund a part or all: alone up to 500 €, above that with a second operator."""

import re
from html import unescape
from typing import Any

import pytest
from django.db import connections

from billing.models import Order, Refund
from saas.accounts.models import User
from saas.catalogue.placements.models import Campaign
from tests.factories.billing import make_campaign, make_council, make_shop
from tests.fixtures.billing import Till, begins_with
from tests.fixtures.months import make_subscription
from tests.fixtures.people import SpaceClient
from tests.tenants.community.council.reading import text_in, text_of

# In French and in English.
TOO_MUCH = "Il reste 120,00 € à rembourser au plus.", "At most €120.00 can still be refunded."
NO_AMOUNT = "Donnez le montant à rembourser.", "Give the amount to refund."
NO_REASON = "Dites pourquoi : le motif reste", "Say why: the reason stays in the history."
SAME_PERSON = "une autre personne approuve le remboursement.", "somebody else has to approve"
GONE = "Ce n’est plus dans la liste. Rechargez", "This is no longer on the list. Reload the page."
TWO_ANSWERS = (
    "Vous avez choisi tout ce qui reste et tapé un montant (30,00) : effacez le montant,",
    "You chose everything that is left and also typed an amount (30,00): clear the amount,",
)
WHOLE = {"how": "whole", "reason": "geste commercial"}
PART = {"how": "part", "amount_cents": "30,00", "reason": "geste commercial"}
HIDDEN = re.compile(r'<input type="hidden"\s+name="(\w+)"\s+value="([^"]*)"')


def small(till: Till) -> None:
    """Sell for 120 €, with a share for a council."""
    make_council("north")
    till.sell(make_campaign(make_shop(), {"north": 10_000}, at=till.at))


def large(till: Till) -> None:
    """Sell for 720 €."""
    till.sell(make_campaign(make_shop(), {"north": 60_000}, at=till.at))


pytestmark = begins_with(small)


def confirmation_of(client: SpaceClient, url: str, sent: dict[str, str]) -> dict[str, str]:
    """Return the values that the confirmation page would send."""
    response = client.post(url, sent)
    assert response.status_code == 200, text_in(response.content)
    return {name: unescape(value) for name, value in HIDDEN.findall(response.content.decode())}


def give_back(client: SpaceClient, url: str, sent: dict[str, str]) -> Any:
    """Enter the amount of a refund, then confirm it."""
    return client.post(url, confirmation_of(client, url, sent))


@pytest.fixture(params=["fr", "en"])
def spoken(console: SpaceClient, agathe: int, request: pytest.FixtureRequest) -> int:
    """Let the operator read French or English; return which of two sentences they then read."""
    User.objects.filter(pk=agathe).update(language=request.param)
    return ["fr", "en"].index(request.param)


@pytest.fixture
def url(order: Order) -> str:
    """The address at which the order is refunded."""
    return f"/orders/{order.reference}/refund/"


def test_a_part_goes_back_with_its_reason(console: SpaceClient, url: str, till: Till) -> None:
    page = url.removesuffix("refund/")
    sent = {"how": "part", "amount_cents": "20,10", "reason": "trois jours non diffusés"}
    response = give_back(console, url, sent)
    assert (response.status_code, response["Location"]) == (303, page)
    till.settle()
    refund = Refund.objects.get()
    assert (refund.amount_cents, refund.state) == (2_010, "succeeded")
    shown = text_of(console, page)
    assert "Encore remboursable 99,90 €" in shown
    assert "trois jours non diffusés" in shown
    assert "Avoir A2026-" in shown


def test_whole_rest_goes_back(console: SpaceClient, order: Order, url: str, till: Till) -> None:
    give_back(console, url, {"how": "part", "amount_cents": "20", "reason": "un"})
    give_back(console, url, WHOLE)
    till.settle()
    assert sorted(Refund.objects.values_list("amount_cents", flat=True)) == [2_000, 10_000]
    assert "Rien à rembourser" in text_of(console, url)
    order.refresh_from_db()
    assert order.state == "refunded"


def test_refund_form_chooses_nothing_beforehand_and_the_typed_amount_goes_back(
    console: SpaceClient, url: str, till: Till
) -> None:
    assert "checked" not in console.get(url).content.decode()
    give_back(console, url, {"amount_cents": "30,00", "reason": "geste commercial"})
    till.settle()
    assert Refund.objects.get().amount_cents == 3_000
    page = text_of(console, url.removesuffix("refund/"))
    assert "30,00 € sont rendus à Maison Cazal" in page


def test_form_with_all_and_an_amount_keeps_what_was_typed(console: SpaceClient, url: str) -> None:
    refused = console.post(url, PART | {"how": "whole"})
    assert refused.status_code == 422
    page = refused.content.decode()
    assert 'value="30,00"' in page
    assert 'value="geste commercial"' in page
    assert re.search(r'value="whole"[^>]*checked', page)
    assert not Refund.objects.exists()


def test_refund_confirmation_says_the_amount_and_the_merchant_and_moves_nothing(
    console: SpaceClient, url: str
) -> None:
    page = text_in(console.post(url, PART).content)
    assert "Rembourser 30,00 € à Maison Cazal" in page
    assert "Il restera remboursable 90,00 €" in page
    corrected = console.post(url, confirmation_of(console, url, PART) | {"correct": "yes"})
    assert corrected.status_code == 200
    assert 'value="30,00"' in corrected.content.decode()
    assert not Refund.objects.exists()


def test_refund_confirmation_says_what_ends_with_all_of_it(
    console: SpaceClient, url: str, till: Till
) -> None:
    assert "s’arrête" not in text_in(console.post(url, PART).content)
    assert "Tout est rendu : la campagne s’arrête." in text_in(console.post(url, WHOLE).content)
    campaign = Campaign.objects.select_related("merchant").get()
    monthly = make_subscription(campaign, at=till.at, stripe_id="sub_1", state="active")
    Order.objects.update(subscription=monthly)
    page = text_in(console.post(url, WHOLE).content)
    assert "sa campagne s’arrête et, s’il n’est pas fini, l’abonnement aussi" in page


@pytest.mark.parametrize("sent", [PART, WHOLE], ids=["part", "whole"])
def test_refund_confirmed_twice_is_made_once(
    console: SpaceClient, url: str, sent: dict[str, str]
) -> None:
    confirmed = confirmation_of(console, url, sent)
    assert [console.post(url, confirmed).status_code for _click in range(2)] == [303, 422]
    assert Refund.objects.count() == 1


def test_refund_of_a_changed_order_is_refused(console: SpaceClient, url: str) -> None:
    confirmed = confirmation_of(console, url, PART)
    give_back(console, url, {"how": "part", "amount_cents": "20", "reason": "un"})
    refused = console.post(url, confirmed)
    assert refused.status_code == 422
    assert "Il reste maintenant 100,00 € à rembourser" in text_in(refused.content)
    assert 'value="30,00"' in refused.content.decode()
    assert Refund.objects.get().amount_cents == 2_000


def test_refund_of_an_amount_not_confirmed_is_refused(console: SpaceClient, url: str) -> None:
    confirmed = confirmation_of(console, url, PART)
    for altered in ({"amount_cents": "31,00"}, {"confirmed_cents": "12000"}, {"how": "whole"}):
        assert console.post(url, confirmed | altered).status_code == 422, altered
    assert not Refund.objects.exists()


def test_stop_of_a_wrong_amount_offers_the_right_one(console: SpaceClient, order: Order) -> None:
    url = f"/orders/{order.reference}/stop/"
    refused = console.post(url, {"seen_cents": "1", "reason": "fermeture"})
    assert refused.status_code == 422
    assert 'name="seen_cents" value="12000"' in refused.content.decode()
    assert "Arrêter et rembourser 120,00 € à Maison Cazal" in text_in(refused.content)
    console.post(url, {"seen_cents": "12000", "reason": "fermeture"})
    page = text_of(console, f"/orders/{order.reference}/")
    assert "La campagne est arrêtée, 120,00 € sont demandés pour Maison Cazal." in page


@begins_with(large)
def test_a_large_refund_waits_for_another_operator(
    console: SpaceClient, second: SpaceClient, url: str, till: Till
) -> None:
    give_back(console, url, WHOLE)
    refund = Refund.objects.get()
    assert (refund.state, refund.amount_cents) == ("requested", 72_000)
    assert "une autre personne approuve" in text_of(console, "/")
    assert "Approuver" in text_of(second, "/")
    response = second.post(f"/refunds/{refund.reference}/", {"verdict": "approve"})
    assert (response.status_code, response["Location"]) == (303, url.removesuffix("refund/"))
    till.settle()
    refund.refresh_from_db()
    assert refund.state == "succeeded"
    assert second.get("/").content.count(b"Approuver") == 0


@begins_with(large)
def test_refund_that_nobody_asked_for_names_its_origin(console: SpaceClient, url: str) -> None:
    give_back(console, url, WHOLE)
    Refund.objects.update(requested_by=None, origin=Refund.Origin.WITHDRAWN)
    waiting = text_of(console, "/").partition("Remboursements à approuver")[2]
    assert f"· {Refund.Origin.WITHDRAWN.label}," in waiting


@begins_with(large)
def test_large_refund_can_be_rejected(console: SpaceClient, second: SpaceClient, url: str) -> None:
    give_back(console, url, WHOLE)
    refund = Refund.objects.get()
    second.post(f"/refunds/{refund.reference}/", {"verdict": "reject"})
    refund.refresh_from_db()
    assert refund.state == "rejected"
    assert "Encore remboursable 720,00 €" in text_of(console, url.removesuffix("refund/"))


@begins_with(large)
def test_rejected_stop_says_that_the_campaign_stays_stopped(
    console: SpaceClient, second: SpaceClient, url: str
) -> None:
    stop = url.replace("refund", "stop")
    give_back(console, url, WHOLE)
    first = f"/refunds/{Refund.objects.get().reference}/"
    assert "La campagne est déjà arrêtée" not in text_of(second, first)
    second.post(first, {"verdict": "reject"})
    console.post(stop, {"seen_cents": "72000", "reason": "fermeture"})
    path = f"/refunds/{Refund.objects.latest('pk').reference}/"
    assert "Si vous rejetez, elle le reste" in text_of(second, path)
    second.post(path, {"verdict": "reject"})
    page = text_of(console, stop)
    assert "La campagne est arrêtée depuis le" in page
    assert "Rendu, TVA comprise 720,00 €" in page


@begins_with(large)
def test_refund_is_not_approved_by_who_asks(console: SpaceClient, url: str, spoken: int) -> None:
    give_back(console, url, WHOLE)
    refund = Refund.objects.get()
    response = console.post(f"/refunds/{refund.reference}/", {"verdict": "approve"})
    assert response.status_code == 422
    assert SAME_PERSON[spoken] in text_in(response.content)
    refund.refresh_from_db()
    assert refund.state == "requested"


def test_a_refund_is_refused_with_a_sentence_and_nothing_is_sent(
    console: SpaceClient, url: str, spoken: int
) -> None:
    for sent, sentences in (
        ({"how": "part", "amount_cents": "120,01", "reason": "x"}, TOO_MUCH),
        ({"how": "part", "amount_cents": "", "reason": "x"}, NO_AMOUNT),
        ({"how": "", "amount_cents": "", "reason": "x"}, NO_AMOUNT),
        ({"how": "whole", "reason": ""}, NO_REASON),
        ({"how": "whole", "amount_cents": "30,00", "reason": "x"}, TWO_ANSWERS),
    ):
        response = console.post(url, sent)
        assert response.status_code == 422
        assert sentences[spoken] in text_in(response.content)
    assert not Refund.objects.exists()


@begins_with(None)
def test_vanished_job_is_not_retried(console: SpaceClient, spoken: int) -> None:
    for kind, key in (("call", "2000000000"), ("event", "x"), ("founding", "FO-XXXXXX")):
        response = console.post("/jobs/retry/", {"kind": kind, "key": key})
        assert response.status_code == 422
        assert GONE[spoken] in text_in(response.content)


def test_a_refund_that_nobody_knows_is_not_there(console: SpaceClient, order: Order) -> None:
    assert console.post("/refunds/RE-XXXXXX/", {"verdict": "approve"}).status_code == 404
    assert console.get("/orders/OR-XXXXXX/refund/").status_code == 404


@begins_with(None)
def test_an_unpaid_order_has_nothing_to_give_back(console: SpaceClient, till: Till) -> None:
    order = till.open(make_campaign(make_shop(), {"north": 5_000}, at=till.at))
    url = f"/orders/{order.reference}/refund/"
    assert "Rien à rembourser" in text_of(console, url)
    assert console.post(url, WHOLE).status_code == 422
    assert connections["default"].needs_rollback is False
