"""Each state on a merchant's page is shown with the next step and its date."""

import re

import pytest

from billing.models import Invoice, Order, Payment, Refund, Subscription
from billing.transitions.machines import MACHINES
from billing.wording import after_payment
from billing.wording.situations import Situation
from saas.catalogue.placements.models import Campaign
from tests.billing.adjustments.settlement.test_disputes import contest
from tests.fixtures.billing import Till
from tests.fixtures.people import SpaceClient
from tests.tenants.community.council.reading import text_of, with_plain_spaces

pytestmark = pytest.mark.django_db
A_SENTENCE = re.compile(r"[A-ZÀÉ][^.]{15,}\.")


@pytest.fixture
def order(till: Till, campaign: Campaign) -> Order:
    return till.sell(campaign)


def test_each_situation_of_an_order(
    desk: SpaceClient, campaign: Campaign, till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = till.open(campaign)
    texts = {}
    for situation in Situation:
        monkeypatch.setattr(
            "billing.orders.queries.desk.situation_of", lambda situation=situation, **_: situation
        )
        page = text_of(desk, opened.get_absolute_url())
        texts[situation] = page.partition("Formule du midi")[2].partition("La commande")[0]
        assert A_SENTENCE.search(texts[situation]), situation
    # A situation without its own text would show the text of another.
    assert len(set(texts.values())) == len(texts)


def test_each_state_of_what_comes_back(desk: SpaceClient, order: Order, till: Till) -> None:
    refund = Refund.objects.create(
        payment=Payment.objects.get(), amount_cents=2_400, requested_at=till.at
    )
    for state in MACHINES["refund"]:
        Refund.objects.update(state=state)
        note = after_payment.of_refund(
            state, cents=2_400, asked_at=refund.requested_at, accepted_at=None, paid_otherwise=None
        )
        assert with_plain_spaces(note.text) in text_of(desk, order.get_absolute_url()), state


def test_each_state_of_what_a_bank_contests(desk: SpaceClient, order: Order, till: Till) -> None:
    dispute = contest(till, order)
    for state in MACHINES["dispute"]:
        type(dispute).objects.update(state=state)
        note = after_payment.of_dispute(
            state, cents=dispute.amount_cents, opened_at=dispute.opened_at, settled_as=""
        )
        assert with_plain_spaces(note.text) in text_of(desk, order.get_absolute_url()), state


def test_each_state_of_an_invoice(desk: SpaceClient, order: Order) -> None:
    paper = Invoice.objects.get(order=order)
    for state in MACHINES["invoice"]:
        Invoice.objects.update(state=state)
        assert with_plain_spaces(after_payment.of_paper(state)) in text_of(
            desk, paper.get_absolute_url()
        ), state


def test_each_state_of_a_monthly_campaign(desk: SpaceClient, running: Subscription) -> None:
    texts = {}
    for state in MACHINES["subscription"]:
        Subscription.objects.update(state=state, next_try_at=running.paid_until)
        page = text_of(desk, running.get_absolute_url())
        texts[state] = page.partition("Formule du midi")[2].partition("Le prix")[0]
        assert A_SENTENCE.search(texts[state]), state
    assert len(set(texts.values())) == len(texts)
