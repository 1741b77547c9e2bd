"""Pages that only the merchant may open."""

import pytest
from django.core import mail

from billing.models import Order, Payment, Share
from billing.orders.actions.checkout import open_checkout
from billing.orders.actions.spending import set_spend_limit
from billing.orders.queries.operators import order_of
from saas.catalogue.placements.models import Campaign
from tests.billing.conftest import Committing, Desk
from tests.factories.billing import make_campaign, make_council
from tests.fixtures.billing import Till
from tests.fixtures.people import AT, Count

pytestmark = pytest.mark.django_db


def test_the_price_is_shown_before_it_is_paid(desk: Desk) -> None:
    text = desk.read(desk.checkout)
    for words in ("200,00 €", "40,00 €", "Payer 240,00 €", "csrfmiddlewaretoken"):
        assert words in text


def test_order_beyond_the_limit_says_by_how_much_and_what_to_do(desk: Desk) -> None:
    owner = desk.campaign.merchant.owner
    open_checkout(
        campaign=make_campaign(desk.campaign.merchant, {"north": 10_000}, at=AT), by=owner, at=AT
    )
    set_spend_limit(limit_cents=30_000, by=owner, at=AT)
    sentence = (
        "Votre plafond est de 300,00 € ce mois-ci : 120,00 € sont déjà commandés ou encore à "
        "prélever, il reste 180,00 €. Cette commande fait 240,00 €."
    )
    url = desk.checkout
    assert desk.read(url).count(sentence) == 1
    answer = desk.post(url, {"code": "", "seen": "24000"})
    assert answer.status_code == 422
    page = answer.content.decode()
    text = page.replace("\u202f", " ").replace("\u00a0", " ")
    assert text.count(sentence) == 1
    assert 'href="/desk/spending/"' in page
    assert f'href="/desk/campaigns/new/?from={desk.campaign.reference}"' in page
    assert Order.objects.count() == 1


def test_paying_leads_to_our_page_with_a_plain_link_to_stripes(desk: Desk) -> None:
    answer = desk.post(desk.checkout)
    order = Order.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/desk/orders/{order.reference}/")
    assert "La page de paiement se prépare" in desk.read(answer["Location"])
    desk.till.make_calls()
    url = Payment.objects.get().url
    assert f'href="{url}"' in desk.read(answer["Location"])
    assert url.startswith(desk.till.simulator.api_base)


def test_a_second_click_finds_the_same_page(desk: Desk) -> None:
    url = desk.checkout
    first = desk.post(url)["Location"]
    assert desk.post(url)["Location"] == first
    desk.till.make_calls()
    assert desk.post(url)["Location"] == first
    desk.till.make_calls()
    assert Payment.objects.count() == 1


def test_coming_back_proves_nothing_until_stripe_was_asked(desk: Desk) -> None:
    order = desk.open()
    session = Payment.objects.get().session_id
    answer = desk.get(f"/desk/orders/returned/?session_id={session}")
    assert answer["Location"] == f"/desk/orders/{order.reference}/?from=returned"
    assert "confirmation de Stripe" in desk.read(answer["Location"])
    desk.till.jobs.run()
    assert Order.objects.get().state == "awaiting_payment"


def test_coming_back_before_the_event_syncs_the_payment(desk: Desk, committing: Committing) -> None:
    order = desk.open()
    payment = desk.till.pay(order)
    with committing():
        desk.get(f"/desk/orders/returned/?session_id={payment.session_id}")
    desk.till.jobs.run()
    assert "C’est payé" in desk.read(f"/desk/orders/{order.reference}/?from=returned")


def test_coming_back_after_the_event_finds_it_paid(desk: Desk) -> None:
    order = desk.sell()
    session = Payment.objects.get().session_id
    answer = desk.get(f"/desk/orders/returned/?session_id={session}")
    assert "C’est payé" in desk.read(answer["Location"])
    assert desk.till.jobs.waiting == []
    assert order.reference in answer["Location"]


@pytest.mark.parametrize("session", ["", "cs_nobody", "' OR 1=1 --"])
def test_a_session_that_is_not_ones_own_is_not_found(desk: Desk, session: str) -> None:
    answer = desk.get("/desk/orders/returned/", {"session_id": session})
    assert answer.status_code == 404


@pytest.mark.parametrize("outcome", ["declined", "abandoned"])
def test_failed_payment_is_explained_and_can_be_retried(desk: Desk, outcome: str) -> None:
    order = desk.open()
    url = f"/desk/orders/{order.reference}/"
    if outcome == "declined":
        desk.till.pay(order, "declined")
        desk.till.settle()
        text = desk.read(url)
        for words in ("Le paiement a été refusé", "sans dire pourquoi", "Rien n’a été débité"):
            assert words in text
    else:
        text = desk.read(f"{url}?from=abandoned")
        assert "Le paiement n’est pas fini" in text
        assert "Rien n’a été débité" not in text  # a payment may be on its way to us
    assert Payment.objects.get().url in text


def test_a_page_that_has_nothing_new_to_say_is_not_drawn_again(desk: Desk) -> None:
    order = desk.open()
    url = f"/desk/orders/{order.reference}/"
    assert desk.get(f"{url}?from=&seen=open", headers={"hx-request": "true"}).status_code == 204
    part = desk.get(f"{url}?from=&seen=preparing", headers={"hx-request": "true"})
    assert part.status_code == 200
    assert "<html" not in part.content.decode()


def test_once_it_is_paid_the_whole_page_says_so_and_nobody_pays_again(desk: Desk) -> None:
    order = desk.sell()
    url = order.get_absolute_url()
    answer = desk.get(f"{url}?from=returned&seen=confirming", headers={"hx-request": "true"})
    assert answer.headers["HX-Redirect"] == url
    assert "À payer" not in desk.read(url)
    again = desk.post(desk.checkout)
    assert again.status_code == 422
    assert "déjà payée" in again.content.decode()


def test_a_payment_is_cancelled_from_its_page(desk: Desk) -> None:
    order = desk.open()
    url = f"/desk/orders/{order.reference}/"
    assert desk.post(f"{url}cancel/").status_code == 303
    assert "La page de paiement se ferme" in desk.read(url)
    desk.till.make_calls()
    page = desk.read(url)
    assert "Paiement annulé" in page
    assert "a expiré" not in page
    assert "Ouvrir une page de paiement" in page
    again = desk.post(f"{url}cancel/")
    assert again.status_code == 422


def test_an_invoice_says_what_the_law_asks(desk: Desk) -> None:
    desk.sell()
    assert "F2026-00001" in desk.read("/desk/invoices/")
    text = desk.read("/desk/invoices/F2026-00001/")
    for words in (
        "Facture F2026-00001",
        "Facture acquittée",
        "Cazal et filles SARL",
        "SIREN 732 829 320",
        "FR44 732 829 320",
        "3 rue du Four",
        "Troovon Démo",
        "RCS",
        "au capital de",
        "prestation de services",
        "28/11/2026 – 02/12/2026",
        "200,00 €",
        "TVA 20 % sur 200,00 €",
        "40,00 €",
        "240,00 €",
        "L441-10",
        "40 € pour frais de recouvrement",
        "D441-5",
        "Pas d’escompte",
        "par carte bancaire",
        "le vendeur est fictif",
    ):
        assert words in text, words


def test_a_credit_note_stands_beside_its_invoice(desk: Desk) -> None:
    order = desk.sell()
    desk.till.give_back(order, 8_000)
    assert "A2026-00001" in desk.read("/desk/invoices/F2026-00001/")
    text = desk.read("/desk/invoices/A2026-00001/")
    for words in ("Avoir A2026-00001", "Facture corrigée", "66,67 €", "13,33 €", "80,00 €"):
        assert words in text, words
    assert "Remboursée en partie" in desk.read(f"/desk/orders/{order.reference}/")


@pytest.mark.usefixtures("papers")
def test_papers_come_by_mail_once(till: Till, campaign: Campaign) -> None:
    order = till.sell(campaign)
    till.jobs.catch_up()
    till.give_back(order, 8_000)
    till.jobs.catch_up()
    assert [message.subject for message in mail.outbox] == [
        "Votre facture F2026-00001",
        "Votre avoir A2026-00001",
    ]
    assert campaign.merchant.billing_email in mail.outbox[0].to
    assert "/desk/invoices/F2026-00001/" in str(mail.outbox[0].body)


@pytest.mark.usefixtures("papers")
@pytest.mark.parametrize(("cents", "stopped"), [(8_000, False), (24_000, True)])
def test_a_refund_mail_states_whether_the_campaign_ends_with_it(
    till: Till, campaign: Campaign, *, cents: int, stopped: bool
) -> None:
    order = till.sell(campaign)
    till.give_back(order, cents)
    message = mail.outbox[-1]
    assert isinstance(message, mail.EmailMultiAlternatives)
    assert message.body_contains("La campagne est arrêtée.") is stopped
    assert ("La campagne est arrêtée." in str(message.body)) is stopped


def test_council_gets_a_mail_on_its_money_and_its_page(till: Till, campaign: Campaign) -> None:
    till.active_account(make_council("north"))
    till.sell(campaign)
    till.let_shares_leave()
    till.jobs.catch_up()
    message = [one for one in mail.outbox if one.to == ["cse@north.example"]][-1]
    share = Share.objects.get()
    assert message.subject == "Un reversement pour votre CSE"
    assert "40,00\u00a0€ viennent d’arriver sur le compte de votre CSE, CSE north" in str(
        message.body
    )
    assert f"/council/ledger/{share.reference}/" in str(message.body)


def test_papers_and_payments_are_not_found_by_another_merchant(desk: Desk, rival: Desk) -> None:
    desk.sell()
    session = Payment.objects.get().session_id
    assert rival.get("/desk/invoices/F2026-00001/").status_code == 404
    assert rival.get(f"/desk/orders/returned/?session_id={session}").status_code == 404
    assert "Pas encore de facture" in rival.read("/desk/invoices/")


def test_three_papers_cost_what_one_costs(desk: Desk, count_queries: Count) -> None:
    desk.sell()
    with_one = count_queries(desk, "/desk/invoices/")
    for _ in range(2):
        desk.till.sell(make_campaign(desk.campaign.merchant, {"north": 5_000}, at=desk.till.at))
    assert len(count_queries(desk, "/desk/invoices/")) == len(with_one)


def test_the_console_sees_an_order_whole(till: Till, campaign: Campaign) -> None:
    order = till.sell(campaign)
    view = order_of(order.reference)
    assert view
    assert [row.state for row in view.payments] == ["succeeded"]
    assert view.refundable_cents == 24_000
    assert sum(row.cents for row in view.postings) == 0
    assert [change.after for change in view.changes] == ["priced", "awaiting_payment", "paid"]
