"""Operators give money back: a part or all, one alone up to 500 €, above it two of them."""

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

LANGUAGES = ["fr", "en"]
TOO_MUCH = {
    "fr": "Il reste 120,00 € à rembourser au plus.",
    "en": "At most €120.00 can still be refunded.",
}
NO_AMOUNT = {
    "fr": "Donnez le montant à rembourser.",
    "en": "Give the amount to refund.",
}
NO_REASON = {
    "fr": "Dites pourquoi : le motif reste dans l’historique.",
    "en": "Say why: the reason stays in the history.",
}
SAME_PERSON = {
    "fr": "Au-dessus de 500 €, une autre personne approuve le remboursement.",
    "en": "Above €500, somebody else has to approve the refund.",
}
GONE = {
    "fr": "Ce n’est plus dans la liste. Rechargez la page.",
    "en": "This is no longer on the list. Reload the page.",
}
TWO_ANSWERS = {
    "fr": "Vous avez choisi tout ce qui reste et tapé un montant (30,00) : effacez le montant,",
    "en": "You chose everything that is left and also typed an amount (30,00): clear the amount,",
}
WHOLE = {"how": "whole", "reason": "geste commercial"}
PART = {"how": "part", "amount_cents": "30,00", "reason": "geste commercial"}
HIDDEN = re.compile(r'<input type="hidden"\s+name="(\w+)"\s+value="([^"]*)"')


def small(till: Till) -> None:
    """Sell for 120 €, of which a council has a part."""
    make_council("north")
    till.sell(make_campaign(make_shop(), {"north": 10_000}, at=till.at))


def large(till: Till) -> None:
    """Sell for 720 €."""
    till.sell(make_campaign(make_shop(), {"north": 60_000}, at=till.at))


pytestmark = begins_with(small)


def confirmation_of(client: SpaceClient, url: str, sent: dict[str, str]) -> dict[str, str]:
    """Return what the page that asks for a confirmation would send."""
    response = client.post(url, sent)
    assert response.status_code == 200, text_in(response.content)
    return {name: unescape(value) for name, value in HIDDEN.findall(response.content.decode())}


def give_back(client: SpaceClient, url: str, sent: dict[str, str]) -> Any:
    """Type what goes back, then confirm it."""
    return client.post(url, confirmation_of(client, url, sent))


def speak(user_id: int, language: str) -> None:
    """Let an operator read another language; the row is committed, so the change is undone."""
    User.objects.filter(pk=user_id).update(language=language)


def test_a_part_goes_back_with_its_reason(console: SpaceClient, order: Order, till: Till) -> None:
    sent = {"how": "part", "amount_cents": "20,10", "reason": "trois jours non diffusés"}
    response = give_back(console, f"/orders/{order.reference}/refund/", sent)
    assert (response.status_code, response["Location"]) == (303, f"/orders/{order.reference}/")
    till.settle()
    refund = Refund.objects.get()
    assert (refund.amount_cents, refund.state) == (2_010, "succeeded")
    page = text_of(console, f"/orders/{order.reference}/")
    assert "Encore remboursable 99,90 €" in page
    assert "trois jours non diffusés" in page
    assert "Avoir A2026-" in page


def test_whole_rest_goes_back(console: SpaceClient, order: Order, till: Till) -> None:
    url = f"/orders/{order.reference}/refund/"
    give_back(console, url, {"how": "part", "amount_cents": "20", "reason": "un"})
    give_back(console, url, WHOLE)
    till.settle()
    assert sorted(Refund.objects.values_list("amount_cents", flat=True)) == [2_000, 10_000]
    assert "Rien à rembourser" in text_of(console, url)
    order.refresh_from_db()
    assert order.state == "refunded"


def test_refund_form_chooses_nothing_beforehand_and_the_typed_amount_goes_back(
    console: SpaceClient, order: Order, till: Till
) -> None:
    url = f"/orders/{order.reference}/refund/"
    assert "checked" not in console.get(url).content.decode()
    give_back(console, url, {"amount_cents": "30,00", "reason": "geste commercial"})
    till.settle()
    assert Refund.objects.get().amount_cents == 3_000
    page = text_of(console, f"/orders/{order.reference}/")
    assert "30,00 € sont rendus à Maison Cazal" in page


def test_refund_form_with_all_and_an_amount_keeps_what_was_typed(
    console: SpaceClient, order: Order
) -> None:
    sent = PART | {"how": "whole"}
    refused = console.post(f"/orders/{order.reference}/refund/", sent)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert 'value="30,00"' in page
    assert 'value="geste commercial"' in page
    assert re.search(r'value="whole"[^>]*checked', page)
    assert not Refund.objects.exists()


def test_refund_confirmation_says_the_amount_and_the_merchant_and_moves_nothing(
    console: SpaceClient, order: Order
) -> None:
    url = f"/orders/{order.reference}/refund/"
    page = text_in(console.post(url, PART).content)
    assert "Rembourser 30,00 € à Maison Cazal" in page
    assert "Il restera remboursable 90,00 €" in page
    assert not Refund.objects.exists()
    corrected = console.post(url, confirmation_of(console, url, PART) | {"correct": "yes"})
    assert corrected.status_code == 200
    assert 'value="30,00"' in corrected.content.decode()
    assert not Refund.objects.exists()


def test_refund_confirmation_says_what_ends_with_all_of_it(
    console: SpaceClient, order: Order, till: Till
) -> None:
    url = f"/orders/{order.reference}/refund/"
    assert "s’arrête" not in text_in(console.post(url, PART).content)
    assert "Tout est rendu : la campagne s’arrête." in text_in(console.post(url, WHOLE).content)
    campaign = Campaign.objects.select_related("merchant").get()
    monthly = make_subscription(campaign, at=till.at, stripe_id="sub_1", state="active")
    Order.objects.update(subscription=monthly)
    page = text_in(console.post(url, WHOLE).content)
    assert "sa campagne s’arrête et, s’il n’est pas fini, l’abonnement aussi" in page


@pytest.mark.parametrize("sent", [PART, WHOLE], ids=["part", "whole"])
def test_refund_confirmed_twice_is_made_once(
    console: SpaceClient, order: Order, sent: dict[str, str]
) -> None:
    url = f"/orders/{order.reference}/refund/"
    confirmed = confirmation_of(console, url, sent)
    assert console.post(url, confirmed).status_code == 303
    assert console.post(url, confirmed).status_code == 422
    assert Refund.objects.count() == 1


def test_refund_of_an_order_that_changed_after_the_confirmation_was_shown_is_refused(
    console: SpaceClient, order: Order
) -> None:
    url = f"/orders/{order.reference}/refund/"
    confirmed = confirmation_of(console, url, PART)
    give_back(console, url, {"how": "part", "amount_cents": "20", "reason": "un"})
    refused = console.post(url, confirmed)
    assert refused.status_code == 422
    assert "Il reste maintenant 100,00 € à rembourser" in text_in(refused.content)
    assert 'value="30,00"' in refused.content.decode()
    assert Refund.objects.get().amount_cents == 2_000


@pytest.mark.parametrize(
    "altered", [{"amount_cents": "31,00"}, {"confirmed_cents": "12000"}, {"how": "whole"}]
)
def test_refund_of_another_amount_than_the_confirmed_one_is_refused(
    console: SpaceClient, order: Order, altered: dict[str, str]
) -> None:
    url = f"/orders/{order.reference}/refund/"
    confirmed = confirmation_of(console, url, PART)
    assert console.post(url, confirmed | altered).status_code == 422
    assert not Refund.objects.exists()


def test_stop_refused_for_another_amount_offers_the_right_one(
    console: SpaceClient, order: Order
) -> None:
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
    console: SpaceClient, second: SpaceClient, order: Order, till: Till
) -> None:
    give_back(console, f"/orders/{order.reference}/refund/", WHOLE)
    refund = Refund.objects.get()
    assert (refund.state, refund.amount_cents) == ("requested", 72_000)
    assert "une autre personne approuve" in text_of(console, "/")
    assert "Approuver" in text_of(second, "/")

    response = second.post(f"/refunds/{refund.reference}/", {"verdict": "approve"})

    assert (response.status_code, response["Location"]) == (303, f"/orders/{order.reference}/")
    till.settle()
    refund.refresh_from_db()
    assert refund.state == "succeeded"
    assert second.get("/").content.count(b"Approuver") == 0


@begins_with(large)
def test_a_large_refund_can_be_rejected(
    console: SpaceClient, second: SpaceClient, order: Order
) -> None:
    give_back(console, f"/orders/{order.reference}/refund/", WHOLE)
    refund = Refund.objects.get()
    second.post(f"/refunds/{refund.reference}/", {"verdict": "reject"})
    refund.refresh_from_db()
    assert refund.state == "rejected"
    assert "Encore remboursable 720,00 €" in text_of(console, f"/orders/{order.reference}/")


@begins_with(large)
def test_rejected_stop_says_that_the_campaign_stays_stopped(
    console: SpaceClient, second: SpaceClient, order: Order
) -> None:
    url = f"/orders/{order.reference}/stop/"
    give_back(console, f"/orders/{order.reference}/refund/", WHOLE)
    first = f"/refunds/{Refund.objects.get().reference}/"
    assert "La campagne est déjà arrêtée" not in text_of(second, first)
    second.post(first, {"verdict": "reject"})
    console.post(url, {"seen_cents": "72000", "reason": "fermeture"})
    path = f"/refunds/{Refund.objects.latest('pk').reference}/"
    assert "Si vous rejetez, elle le reste" in text_of(second, path)
    second.post(path, {"verdict": "reject"})
    page = text_of(console, url)
    assert "La campagne est arrêtée depuis le" in page
    assert "Rendu, TVA comprise 720,00 €" in page


@pytest.mark.parametrize("language", LANGUAGES)
@begins_with(large)
def test_refund_is_not_approved_by_who_asked_for_it(
    agathe: int, console: SpaceClient, order: Order, language: str
) -> None:
    speak(agathe, language)
    give_back(console, f"/orders/{order.reference}/refund/", WHOLE)
    refund = Refund.objects.get()
    response = console.post(f"/refunds/{refund.reference}/", {"verdict": "approve"})
    assert response.status_code == 422
    assert SAME_PERSON[language] in text_in(response.content)
    refund.refresh_from_db()
    assert refund.state == "requested"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("sent", "sentences"),
    [
        ({"how": "part", "amount_cents": "120,01", "reason": "x"}, TOO_MUCH),
        ({"how": "part", "amount_cents": "", "reason": "x"}, NO_AMOUNT),
        ({"how": "", "amount_cents": "", "reason": "x"}, NO_AMOUNT),
        ({"how": "whole", "reason": ""}, NO_REASON),
        ({"how": "whole", "amount_cents": "30,00", "reason": "x"}, TWO_ANSWERS),
    ],
    ids=["too much", "no amount", "nothing chosen", "no reason", "all and an amount"],
)
def test_a_refund_is_refused_with_a_sentence_and_nothing_is_sent(
    agathe: int,
    console: SpaceClient,
    order: Order,
    sent: dict[str, str],
    sentences: dict[str, str],
    language: str,
) -> None:
    speak(agathe, language)
    response = console.post(f"/orders/{order.reference}/refund/", sent)
    assert response.status_code == 422
    assert sentences[language] in text_in(response.content)
    assert not Refund.objects.exists()


@pytest.mark.usefixtures("till")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("kind", "key"), [("call", "2000000000"), ("event", "x"), ("founding", "FO-XXXXXX")]
)
def test_vanished_job_is_not_retried(
    agathe: int, console: SpaceClient, kind: str, key: str, language: str
) -> None:
    speak(agathe, language)
    response = console.post("/jobs/retry/", {"kind": kind, "key": key})
    assert response.status_code == 422
    assert GONE[language] in text_in(response.content)


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
