"""Operators on bad days: disputes answered and settled, refunds that came back, debts given up."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.adjustments.actions.refunds import request_refund
from billing.models import Case, Claim, Dispute, Invoice, Order, Payment, Refund, Share
from billing.stripe.gateway import writes
from billing.stripe.gateway.values import StripeCallFailed
from billing.stripe.rules.answers import Problem
from saas.accounts.models import User
from saas.console.queries.needs import pulse
from tests.billing.adjustments.settlement.test_disputes import contest, decide
from tests.factories.billing import make_campaign, make_council, make_shop
from tests.fixtures.billing import Till, begins_with, sold_in_north
from tests.fixtures.people import SpaceClient
from tests.tenants.community.council.reading import text_in, text_of


def sold(till: Till, net_cents: int) -> Order:
    return till.sell(make_campaign(make_shop(), {"north": net_cents}, at=till.at))


def came_back(till: Till, order: Order, by: User) -> Refund:
    """A refund of 80.00 that the buyer's bank did not take."""
    refund = request_refund(order=order, amount_cents=8_000, by=by, at=till.at)
    till.settle()
    refund.refresh_from_db()
    till.simulator.pull(f"refund/{refund.stripe_id}/failed")
    till.settle()
    return refund


pytestmark = begins_with(sold_in_north)


def test_dispute_shows_until_when_to_answer(console: SpaceClient, order: Order, till: Till) -> None:
    dispute = contest(till, order)
    listed = text_of(console, "/disputes/")
    assert "Maison Cazal" in listed
    assert "Répondez avant le" in listed
    assert "1 banque attend une réponse" in text_of(console, "/")
    page = text_of(console, f"/disputes/{dispute.reference}/")
    assert "sans réponse, le litige est perdu" in page
    assert "Frais de litige 20,00 €" in page
    assert "Gelée" in page


def test_bank_is_answered_from_the_disputes(console: SpaceClient, order: Order, till: Till) -> None:
    dispute = contest(till, order)
    url = f"/disputes/{dispute.reference}/"
    assert "Écrivez ce que la banque doit savoir." in text_in(console.post(url, {}).content)
    response = console.post(url, {"text": "Diffusée cinq jours, vue 812 fois."})
    assert (response.status_code, response["Location"]) == (303, url)
    till.settle()
    page = text_of(console, url)
    assert "La banque a la réponse" in page
    assert "vue 812 fois" in page
    again = console.post(url, {"text": "Encore."})
    assert (again.status_code, Dispute.objects.get().state) == (422, "under_review")


def test_an_answered_question_that_becomes_a_dispute_is_to_be_answered_again(
    console: SpaceClient, order: Order, till: Till
) -> None:
    dispute = contest(till, order, inquiry="true")
    url = f"/disputes/{dispute.reference}/"
    for state in ("warning_needs_response", "needs_response"):
        if state != dispute.state:
            decide(till, dispute, state)
        assert "1 banque attend une réponse" in text_of(console, "/")
        assert console.post(url, {"text": "Diffusée cinq jours."}).status_code == 303
        assert "La banque a la réponse" in text_of(console, url)
        assert "banque attend une réponse" not in text_of(console, "/")
        till.settle()


def test_an_answer_that_stripe_refuses_is_to_be_sent_again(
    console: SpaceClient, order: Order, till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise StripeCallFailed(Problem(400, "invalid_request_error", message="Too long."))

    dispute = contest(till, order)
    url = f"/disputes/{dispute.reference}/"
    with monkeypatch.context() as while_it_lasts:
        while_it_lasts.setattr(writes, "answer_dispute", refuse)
        console.post(url, {"text": "Diffusée cinq jours."})
        till.settle()
    page = text_of(console, url)
    assert "Stripe a refusé cette demande." in page
    assert "Diffusée cinq jours. Envoyer à la banque" in page
    assert "1 banque attend une réponse" in text_of(console, "/")
    console.post(url, {"text": "Diffusée."})
    till.settle()
    assert Dispute.objects.get().state == "under_review"


def test_an_appeal_won_behind_a_credit_note_says_what_to_invoice_again(
    console: SpaceClient, order: Order, till: Till
) -> None:
    dispute = decide(till, contest(till, order), "lost")
    sent = {"way": "credit_note", "reason": "vente annulée"}
    console.post(f"/disputes/{dispute.reference}/settle/", sent)
    decide(till, dispute, "appeal_won")
    invoice, note = Invoice.objects.order_by("pk")
    case = Case.objects.get()
    page = text_of(console, f"/reconciliation/{case.reference}/")
    assert "à facturer de nouveau" in page
    assert f"Facture d’origine {invoice.number} Avoir à remplacer {note.number}" in page
    assert "Montant HT 200,00 € TVA 20 % 40,00 € Montant TTC 240,00 €" in page
    assert f"« Annule et remplace l’avoir {note.number} »" in page
    assert "411 au débit 240,00 €, 706 au crédit 200,00 €, 44571 au crédit 40,00 €" in page
    assert "Le litige" in page


def test_a_lost_dispute_is_settled_once(console: SpaceClient, order: Order, till: Till) -> None:
    dispute = decide(till, contest(till, order), "lost")
    page = text_of(console, f"/disputes/{dispute.reference}/")
    assert "À régler : un avoir" in page
    url = f"/disputes/{dispute.reference}/settle/"
    assert console.post(url, {"way": "gift", "reason": "x"}).status_code == 422
    sent = {"way": "credit_note", "reason": "vente annulée"}
    assert console.post(url, sent).status_code == 303
    assert "Avoir A2026-" in text_of(console, f"/orders/{order.reference}/")
    assert console.post(url, sent).status_code == 422


def test_a_refund_that_came_back_says_what_to_do_and_is_noted(
    console: SpaceClient, order: Order, till: Till
) -> None:
    refund = came_back(till, order, User.objects.get(first_name="Agathe"))
    url = f"/refunds/{refund.reference}/"
    assert "payez-le par un autre moyen" in text_of(console, url)
    assert console.post(f"{url}paid/", {"how": ""}).status_code == 422
    assert console.post(f"{url}paid/", {"how": "virement du 3 mai"}).status_code == 303
    assert "Payé par un autre moyen" in text_of(console, url)
    assert "virement du 3 mai" in text_of(console, url)
    assert console.post(f"{url}paid/", {"how": "encore"}).status_code == 422


def test_a_second_person_confirms_the_payment_that_stood_on_their_page(
    console: SpaceClient, order: Order, till: Till
) -> None:
    owner = User.objects.get(pk=order.placed_by_id)
    refund = came_back(till, order, owner)
    Refund.objects.update(paid_otherwise_how="virement du 3 mai", paid_otherwise_by=owner)
    url = f"/refunds/{refund.reference}/"
    page = console.get(url).content.decode()
    (seen,) = re.findall(r'name="seen_how"\s+value="([^"]*)"', page)
    assert seen == "virement du 3 mai"
    Refund.objects.update(paid_otherwise_how="virement du 4 mai")
    assert console.post(f"{url}paid/", {"confirm": "yes", "seen_how": seen}).status_code == 422
    Refund.objects.update(paid_otherwise_how=seen)
    assert console.post(f"{url}paid/", {"confirm": "yes", "seen_how": seen}).status_code == 303
    assert Refund.objects.get().paid_otherwise_at


def test_unrun_part_is_shown_then_refunded(console: SpaceClient, order: Order, till: Till) -> None:
    url = f"/orders/{order.reference}/stop/"
    page = text_of(console, url)
    assert "5 jours sur 5 restent à diffuser" in page
    assert "Rendu, TVA comprise 240,00 €" in page
    assert console.post(url, {"seen_cents": "1", "reason": "x"}).status_code == 422
    assert console.post(url, {"seen_cents": "24000", "reason": "fermeture"}).status_code == 303
    till.settle()
    assert Refund.objects.get().state == "succeeded"
    page = text_of(console, url)
    assert "La campagne est déjà arrêtée" in page
    assert "240,00 € sont rendus, ou en train de l’être." in page
    assert "seen_cents" not in console.get(url).content.decode()
    assert "Maison Cazal" in text_of(console, f"/refunds/?q={order.reference.lower()}")


@begins_with(None)
def test_two_give_up_a_large_debt(console: SpaceClient, second: SpaceClient, till: Till) -> None:
    account = till.active_account(make_council("north"))
    order = sold(till, 200_000)
    till.let_shares_leave()
    till.simulator.pull("balance", account=account, available="0")
    decide(till, contest(till, order), "lost")
    claim = Claim.objects.get()
    sent = {"reason": "CSE dissous", "seen_cents": "80000"}
    assert "Redemandé chaque jour jusqu’au" in text_of(console, "/transfers/")
    assert console.post(f"/owed/{claim.pk}/", sent).status_code == 303
    assert "demande d’abandonner 800,00 € : CSE dissous" in text_of(second, "/transfers/")
    assert "Approuver l’abandon" not in text_of(console, "/transfers/")
    verdict = f"/owed/{claim.pk}/verdict/"
    approved = {"verdict": "approve", "seen_cents": "80000"}
    assert second.post(verdict, {"verdict": "approve"}).status_code == 422  # nothing was read
    assert console.post(verdict, approved).status_code == 422
    assert second.post(verdict, approved).status_code == 303
    claim.refresh_from_db()
    assert claim.state == "written_off"


@pytest.mark.parametrize("path", ["/disputes/", "/refunds/"])
def test_lists_take_any_question(console: SpaceClient, order: Order, path: str) -> None:
    for requested in ("", "?state=lost&q=x", "?state=no&page=99", "?q=%25%27%F0"):
        assert console.get(f"{path}{requested}").status_code == 200, requested


@pytest.mark.parametrize("path", ["/disputes/", "/refunds/"])
def test_a_list_of_many_asks_as_little_as_a_list_of_few(
    console: SpaceClient, order: Order, till: Till, path: str
) -> None:
    contest(till, order)
    payment = Payment.objects.get()
    counts = []
    for _ in range(2):
        for number in range(3):
            Refund.objects.create(payment=payment, amount_cents=1 + number, requested_at=till.at)
        with CaptureQueriesContext(connection) as queries:
            console.get(path)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_unknown_dispute_refund_or_order_is_not_found(console: SpaceClient, order: Order) -> None:
    for path in ("/disputes/DI-XXXXXX/", "/refunds/RE-XXXXXX/", "/orders/OR-XXXXXX/stop/"):
        assert console.get(path).status_code == 404


@begins_with(None)
def test_shares_that_wait_are_shown_a_page_at_a_time(
    console: SpaceClient, till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("billing.councils.queries.operators.ON_A_PAGE", 2)
    make_council("north")
    for _ in range(3):
        sold(till, 20_000)
    waiting = list(Share.objects.order_by("pk").values_list("reference", flat=True))
    Share.objects.filter(reference__in=waiting).update(state="waiting_account")
    first, second = (console.get(f"/transfers/{page}") for page in ("", "?waiting=2"))
    shown = [[name for name in waiting if name in text_in(one.content)] for one in (first, second)]
    assert shown == [waiting[:2], waiting[2:]]
    assert 'aria-label="Pages des parts qui ne partent pas"' in first.content.decode()
    assert 'href="?waiting=2"' in first.content.decode()
    assert 'href="?waiting=1"' in second.content.decode()


def test_refund_page_names_the_dispute_that_took_the_payment(
    console: SpaceClient, order: Order, till: Till
) -> None:
    dispute = contest(till, order)
    assert "La banque du commerçant a repris ce paiement" in text_of(
        console, f"/orders/{order.reference}/refund/"
    )
    collected = pulse().collected_cents
    decide(till, dispute, "lost")
    assert pulse().collected_cents == collected - dispute.amount_cents
