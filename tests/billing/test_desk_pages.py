"""Orders, months, spending and payment methods of a merchant; nothing of another's."""

import datetime as dt
import re
import uuid

import pytest
import redis
import requests
from django.conf import settings
from django.core import mail

from billing.dispatch import destinations
from billing.models import Invoice, Order, Payment, Refund, StripeCall, Subscription
from billing.orders.settlement import payments
from billing.papers.notifications import mail_invoice
from billing.stripe.calls.send import make_call
from billing.stripe.gateway.client import client as stripe_client
from billing.stripe.queries.calls import link_name
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Flight
from saas.kernel import cache
from tenants.spaces.models import Tenant
from tests.billing.conftest import Desk
from tests.billing.orders.test_offers import make_code
from tests.factories.billing import make_campaign
from tests.factories.records import make_dispute
from tests.fixtures.billing import Till
from tests.fixtures.months import Days
from tests.fixtures.people import AT

pytestmark = pytest.mark.django_db
REFUSED = 422
A_YEAR = dt.timedelta(days=365)


def test_a_code_is_tried_before_anything_is_ordered(desk: Desk) -> None:
    make_code(percent_bp=2_500)
    path = desk.checkout
    tried = desk.post(path, {"code": "rentree", "seen": "24000", "preview": "1"})
    shown = tried.content.decode().replace("\u00a0", " ")
    assert tried.status_code == 200
    assert "180,00 €" in shown
    assert "−50,00 €" in shown
    assert not Order.objects.exists()
    assert desk.post(path, {"code": "rentree", "seen": "18000"}).status_code == 303
    assert Order.objects.get().gross_cents == 18_000
    assert "−50,00 €" in desk.read(Order.objects.get().get_absolute_url())


def test_a_code_that_is_refused_stays_in_its_field(desk: Desk) -> None:
    path = desk.checkout
    for button in ({"preview": "1"}, {}):
        answer = desk.post(path, {"code": "JAMAIS", **button})
        assert answer.status_code == REFUSED
        assert 'value="JAMAIS"' in answer.content.decode()
    assert not StripeCall.objects.filter(kind="checkout").exists()


def test_each_order_says_what_follows(desk: Desk) -> None:
    assert "Pas encore de commande" in desk.read("/desk/orders/")
    order = desk.open()
    assert "la page de paiement est ouverte" in desk.read("/desk/orders/")
    desk.till.pay(order, "sepa")
    desk.till.settle()
    assert "Votre banque répond en général d’ici le " in desk.read("/desk/orders/")
    assert "aucun jour n’est perdu" in desk.read(order.get_absolute_url())
    assert "Retirer cette campagne" in desk.read(order.get_absolute_url())


def test_paid_order_and_its_mail_name_a_space_that_closed_meanwhile(
    till: Till, shop: Merchant
) -> None:
    desk = Desk(till, make_campaign(shop, {"north": 12_000, "south": 8_000}, at=till.at))
    order = desk.open()
    Tenant.objects.filter(schema_name="south").update(state="suspended", closed_at=till.at)
    payments.sync(till.pay(order).pk, at=till.at)
    mail_invoice(Invoice.objects.get().pk, pdf=None)
    for text in (desk.read(order.get_absolute_url()), mail.outbox[-1].body):
        assert "Votre annonce passe du" in text
        assert "où l’espace est fermé : Espace south" in " ".join(text.split())
    Tenant.objects.filter(schema_name="south").update(state="active", closed_at=None)
    assert "où l’espace est fermé" not in desk.read(order.get_absolute_url())


def test_orders_and_invoices_go_on_on_a_second_page(
    desk: Desk, shop: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (
        desk.till.sell(make_campaign(shop, {"north": 20_000}, at=desk.till.at)) for _ in range(2)
    )
    papers = {one.pk: Invoice.objects.get(order=one).number for one in (first, second)}
    monkeypatch.setattr("billing.orders.queries.desk.ON_A_PAGE", 1)
    monkeypatch.setattr("billing.papers.queries.invoices.ON_A_PAGE", 1)

    for path, newer, older in (
        ("/desk/orders/", second.reference, first.reference),
        ("/desk/invoices/", papers[second.pk], papers[first.pk]),
    ):
        here, next_ = desk.read(path), desk.read(f"{path}?page=2")
        assert (newer in here, older in here, newer in next_, older in next_) == (
            *(True, False),
            *(False, True),
        )
        assert "Page suivante" in here
        assert "Page précédente" in next_


def test_a_campaign_is_withdrawn_from_its_page(desk: Desk) -> None:
    order = desk.open()
    assert desk.post(f"/desk/checkout/{desk.campaign.reference}/withdraw/").status_code == 303
    page = desk.read(order.get_absolute_url())
    assert "Campagne retirée" in page
    assert "Rien n’est débité" not in page
    desk.till.make_calls()
    assert "Rien n’est débité" in desk.read(order.get_absolute_url())
    assert "Retirée" in desk.read(f"/desk/campaigns/{desk.campaign.reference}/")
    assert desk.campaign.headline not in desk.read("/desk/campaigns/")


def test_a_month_says_when_the_next_is_paid_and_stops_on_a_click(
    days: Days, desk: Desk, running: Subscription
) -> None:
    path = running.get_absolute_url()
    assert "Formule du midi" in desk.read("/desk/subscriptions/")
    assert "Le 25/12/2026" in desk.read(path) or "25 déc" in desk.read(path)
    assert desk.post(path, {"act": "stop"}).status_code == 303
    desk.till.make_calls()
    assert "vous pouvez changer d’avis" in desk.read(path)
    assert desk.post(path, {"act": "nonsense"}).status_code == REFUSED
    assert desk.post(path, {"act": "prices"}).status_code == REFUSED
    assert desk.post(path, {"act": "resume"}).status_code == 303
    desk.till.make_calls()
    assert desk.post(path, {"act": "end"}).status_code == 303
    assert "Un changement est en route" in desk.read(path)
    desk.till.make_calls()
    assert "Rien d’autre n’est prélevé" in desk.read(path)


def test_a_stop_that_stripe_did_not_take_is_shown_and_may_be_pressed_again(
    days: Days, desk: Desk, running: Subscription
) -> None:
    path = running.get_absolute_url()
    params = {"params": {"cancel_at_period_end": True}, "target": running.stripe_id}
    StripeCall.objects.create(
        kind="stop", subject_id=running.pk, state="parked", key="k", uuid=uuid.uuid4(), **params
    )
    assert "L’arrêt n’a pas abouti chez Stripe" in desk.read(path)
    assert desk.post(path, {"act": "stop"}).status_code == 303
    desk.till.make_calls()
    page = desk.read(path)
    assert "vous pouvez changer d’avis" in page
    assert "n’a pas abouti" not in page


def test_refused_month_leads_to_payment_methods(
    days: Days, desk: Desk, running: Subscription
) -> None:
    customer = Merchant.objects.get(pk=running.merchant_id).stripe_customer
    desk.till.simulator.pull(f"card/{customer}", outcome="declined_later")
    days.pass_by(31)
    desk.force_login(User.objects.get(pk=running.begun_by_id))
    assert "Le mois n’est pas payé" in desk.read(running.get_absolute_url())
    assert "/desk/payment-methods/" in desk.read(running.get_absolute_url())


def test_the_portals_address_is_made_on_click_and_kept_for_minutes(desk: Desk) -> None:
    path = "/desk/payment-methods/"
    assert "rien payé" in desk.read(path)
    assert desk.post(path).status_code == REFUSED
    desk.open()
    destinations.set_up_portal()
    waiting = desk.post(path)["Location"]
    assert "un instant" in desk.read(waiting)
    desk.till.make_calls()
    assert "/p/session/bps_" in desk.read(waiting)
    assert "bps_" in StripeCall.objects.get(kind="portal").result_id
    assert "/p/session/" not in str(StripeCall.objects.filter(kind="portal").values())
    address = link_name(StripeCall.objects.get(kind="portal").uuid)
    store = redis.Redis.from_url(settings.CACHE_URL)
    assert [230 < store.ttl(key) <= 240 for key in store.scan_iter(f"*{address}")] == [True]
    cache.forget(address)
    assert "Demandez-en une autre" in desk.read(waiting)
    assert "Changer de carte" in desk.read(waiting)


def test_a_portal_that_stripe_is_slow_to_make_is_shown_and_given_up_in_minutes(desk: Desk) -> None:
    desk.open()
    destinations.set_up_portal()
    desk.till.fail("error_before", "/v1/billing_portal/sessions", times="99")
    waiting = desk.post("/desk/payment-methods/")["Location"]
    desk.till.make_calls()
    assert "Stripe met du temps à répondre" in desk.read(waiting)
    call = StripeCall.objects.get(kind="portal")
    make_call(call.pk, at=desk.till.at + dt.timedelta(minutes=6))
    assert "Demandez-en une autre" in desk.read(waiting)


def test_portal_offers_payment_methods_and_cancelling_and_none_of_stripes_invoices(
    desk: Desk, running: Subscription
) -> None:
    destinations.set_up_portal()
    desk.force_login(User.objects.get(pk=running.begun_by_id))
    waiting = desk.post("/desk/payment-methods/")["Location"]
    desk.till.make_calls()
    page = desk.get(waiting).content.decode()
    address = re.search(r"/p/session/bps_\w+", page)
    assert address is not None
    shown = requests.get(f"{settings.STRIPE_API_BASE}{address[0]}", timeout=10).text
    number = stripe_client().v1.invoices.list({"subscription": running.stripe_id}).data[0].number
    assert "Moyen de paiement" in shown
    assert "Arrêter" in shown
    assert str(number) not in shown


def test_portal_that_was_not_set_up_says_so_to_merchant_and_operators(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.open()
    waiting = desk.post("/desk/payment-methods/")["Location"]
    desk.till.make_calls()
    assert "ne s’ouvre pas pour le moment" in desk.read(waiting)
    assert "stripe_destinations" in caplog.text


def test_portal_that_was_made_anew_is_found_again(desk: Desk) -> None:
    desk.open()
    cache.store_value("billing:portal", "bpc_of_before", seconds=60)
    destinations.set_up_portal()
    waiting = desk.post("/desk/payment-methods/")["Location"]
    desk.till.make_calls()
    assert "/p/session/bps_" in desk.read(waiting)


def test_a_limit_is_typed_kept_and_lifted(desk: Desk) -> None:
    desk.open()
    assert "240,00 €" in desk.read("/desk/spending/")
    for typed in ("0", "-5", "douze", "99999999", "1e9"):
        assert desk.post("/desk/spending/", {"limit_cents": typed}).status_code == REFUSED
    page = desk.refused("/desk/spending/", {"limit_cents": "peu"})
    assert "«\u00a0Plafond par mois, TTC\u00a0» attend un montant" in page
    assert desk.post("/desk/spending/", {"limit_cents": "300"}).status_code == 303
    assert "60,00 €" in desk.read("/desk/spending/")
    assert desk.post("/desk/spending/", {"limit_cents": ""}).status_code == 303
    assert "Encore permis" not in desk.read("/desk/spending/")


def test_pages_of_another_merchant_do_not_exist(rival: Desk, running: Subscription) -> None:
    order = Order.objects.select_related("campaign").get()
    for path in (
        order.get_absolute_url(),
        running.get_absolute_url(),
        f"/desk/checkout/{order.campaign.reference}/",
        "/desk/subscriptions/SU-XXXXXX/",
        "/desk/orders/" + "x" * 300 + "/",
    ):
        assert rival.get(path).status_code == 404
    assert rival.post(running.get_absolute_url(), {"act": "end"}).status_code == 404
    assert rival.post(f"/desk/checkout/{order.campaign.reference}/withdraw/").status_code == 404
    assert Subscription.objects.get().state == "active"


def test_a_contested_payment_waits_on_the_desk_and_on_its_order(desk: Desk) -> None:
    order = desk.sell()
    assert "conteste" not in desk.read("/desk/")
    make_dispute(Payment.objects.get(order=order), at=AT)
    assert "votre banque conteste le paiement" in desk.read("/desk/")
    assert "Votre banque conteste le paiement" in desk.read("/desk/orders/")
    assert "Votre banque conteste ce paiement" in desk.read(order.get_absolute_url())


def test_ended_campaign_leaves_nothing_to_do_unless_its_bank_contests_it(desk: Desk) -> None:
    order = desk.sell()
    Flight.objects.update(starts_on=AT - A_YEAR, ends_on=AT - A_YEAR)
    assert "plus rien à faire" in desk.read(order.get_absolute_url())
    make_dispute(Payment.objects.get(order=order), at=AT)
    page = desk.read(order.get_absolute_url())
    assert "Votre annonce est passée du" in page
    assert "plus rien à faire" not in page


def test_stopped_campaign_says_what_went_back_and_offers_nothing_more(desk: Desk) -> None:
    order = desk.sell()
    path = f"/desk/orders/{order.reference}/stop/"
    cents = str(order.gross_cents)
    assert "Arrêter et être remboursé de 240,00" in desk.read(path)
    assert desk.post(path, {"seen_cents": cents}).status_code == 303
    assert "Ce que l’arrêt vous rend" in desk.read(order.get_absolute_url())
    assert "240,00 € sont rendus, ou en train de l’être." in desk.read(path)
    assert "seen_cents" not in desk.get(path).content.decode()
    assert desk.post(path, {"seen_cents": cents}).status_code == REFUSED
    Refund.objects.update(state="rejected")
    assert "Demander le remboursement de 240,00" in desk.read(path)
    assert "les jours se comptent de là" in desk.read(path)


def test_while_a_month_is_unpaid_there_is_one_stop_and_it_ends_the_tries(
    desk: Desk, running: Subscription
) -> None:
    path = running.get_absolute_url()
    Subscription.objects.update(state="past_due", next_try_at=desk.till.at)
    shown = desk.read(path)
    assert "Nous réessayons le" in shown
    assert "Si vous arrêtez, ce paiement n’est plus réessayé" in shown
    assert "Arrêter l’abonnement" in shown
    assert "Arrêter tout de suite" not in shown
    Subscription.objects.update(stop_asked_at=desk.till.at)
    assert "Nous réessayons le" not in desk.read(path)
    assert desk.post(path, {"act": "stop"}).status_code == 303
    desk.till.make_calls()
    assert "Rien d’autre n’est prélevé" in desk.read(path)
