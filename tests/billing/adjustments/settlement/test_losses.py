"""Actions on disputes and debts: answer the bank, settle losses, write debts off."""

import pytest
from django.core import mail

from billing.adjustments import tasks
from billing.adjustments.actions.disputes import answer_dispute, settle_dispute
from billing.adjustments.actions.refunds import request_refund
from billing.adjustments.queries.disputes import disputes_to_settle
from billing.councils.actions.write_offs import approve_write_off, reject_write_off, write_off
from billing.councils.queries.owed import owed_by_councils
from billing.models import Case, Claim, Dispute, Invoice, Order, Payment, Refund, StripeCall
from billing.papers import notifications
from billing.stripe.gateway.client import client
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.kernel.errors import Refused
from tests.billing.adjustments.settlement.test_disputes import contest, decide, states
from tests.factories.billing import make_campaign, make_council, make_merchant_user
from tests.factories.records import make_payment
from tests.fixtures.billing import BALANCED, Till, begins_with, books, sold_in_north
from tests.fixtures.people import AT

pytestmark = [*BALANCED, begins_with(sold_in_north)]


def settle(dispute: Dispute, way: str, by: User) -> None:
    settle_dispute(dispute=dispute, way=way, reason="vente annulée", by=by, at=AT)


def test_bank_is_sent_what_speaks_for_a_payment(till: Till, order: Order, operator: User) -> None:
    dispute = contest(till, order)
    answer_dispute(dispute=dispute, text="Diffusée dix jours.", by=operator, at=till.at)
    with pytest.raises(Refused, match="déjà en route"):
        answer_dispute(dispute=dispute, text="Encore.", by=operator, at=till.at)
    till.settle()
    dispute.refresh_from_db()
    assert (dispute.state, dispute.evidence_by_id) == ("under_review", operator.pk)
    assert dispute.evidence_sent_at
    found = client().v1.disputes.retrieve(dispute.stripe_id)
    assert found.evidence.uncategorized_text == "Diffusée dix jours."
    with pytest.raises(Refused, match="n’attend plus"):
        answer_dispute(dispute=dispute, text="Encore.", by=operator, at=till.at)


def test_after_its_day_the_bank_is_not_answered(till: Till, order: Order, operator: User) -> None:
    dispute = contest(till, order)
    assert dispute.evidence_due_at
    with pytest.raises(Refused, match="délai"):
        answer_dispute(dispute=dispute, text="Trop tard.", by=operator, at=dispute.evidence_due_at)
    assert not StripeCall.objects.filter(kind="evidence").exists()


def test_a_loss_is_settled_by_a_credit_note(till: Till, order: Order, operator: User) -> None:
    dispute = decide(till, contest(till, order), "lost")
    settle(dispute, "credit_note", operator)
    note = Invoice.objects.get(kind="credit_note")
    assert (note.net_cents, note.vat_cents, note.dispute_id) == (20_000, 4_000, dispute.pk)
    assert [books(name) for name in ("receivable", "revenue.placement", "vat.output")] == [0, 0, 0]
    mail.outbox.clear()
    notifications.mail_invoice(note.pk, pdf=None)
    assert "Votre banque vous a déjà rendu 240,00\u00a0€" in str(mail.outbox[0].body)
    with pytest.raises(Refused):
        settle(dispute, "bad_debt", operator)


def test_a_loss_is_settled_as_a_debt_given_up(till: Till, order: Order, operator: User) -> None:
    dispute = decide(till, contest(till, order), "lost")
    settle(dispute, "bad_debt", operator)
    assert (books("receivable"), books("bad_debt")) == (0, 24_000)
    decide(till, dispute, "appeal_won")
    assert (books("receivable"), books("bad_debt")) == (0, 0)


def test_credit_notes_add_up_to_their_invoice(till: Till, order: Order, operator: User) -> None:
    till.give_back(order, 7_777, operator)
    dispute = decide(till, contest(till, order), "lost")
    settle(dispute, "credit_note", operator)
    notes = Invoice.objects.filter(kind="credit_note")
    assert sum(note.net_cents for note in notes) == 20_000
    assert sum(note.vat_cents for note in notes) == 4_000
    assert Invoice.objects.get(kind="invoice").state == "credited"


def test_appeal_won_after_a_credit_note_is_a_case(till: Till, order: Order, operator: User) -> None:
    dispute = decide(till, contest(till, order), "lost")
    settle(dispute, "credit_note", operator)
    decide(till, dispute, "appeal_won")
    assert Case.objects.get().subject == dispute.stripe_id
    assert books("receivable") == -24_000


def test_dispute_that_is_not_lost_is_not_settled(till: Till, order: Order, operator: User) -> None:
    dispute = contest(till, order)
    with pytest.raises(Refused):
        settle(dispute, "bad_debt", operator)


def test_refund_of_what_the_bank_took_is_refused(till: Till, order: Order, operator: User) -> None:
    contest(till, order)
    with pytest.raises(Refused, match="déjà remboursé"):
        request_refund(order=order, amount_cents=1_000, by=operator, at=till.at)


def test_dispute_over_a_second_payment_takes_no_share(
    till: Till, order: Order, operator: User
) -> None:
    payment = Payment.objects.get()
    Payment.objects.filter(pk=payment.pk).update(is_duplicate=True)
    other = make_payment(order, at=order.placed_at, state="failed", amount_cents=1)
    order.sales.update(payment=other)
    till.simulator.pull(f"dispute/{payment.charge}")
    till.settle()
    dispute = decide(till, Dispute.objects.get(), "lost")
    assert dispute.sale_id is None
    assert states() == {"held"}
    assert books("receivable") == 24_000
    assert not disputes_to_settle().exists()  # so far the bank alone gave it back
    Refund.objects.create(
        payment=payment,
        amount_cents=24_000,
        origin="duplicate",
        state="succeeded",
        balance_transaction="txn_1",
        requested_at=till.at,
    )
    assert disputes_to_settle().get() == dispute
    with pytest.raises(Refused, match="pas de facture"):
        settle(dispute, "credit_note", operator)
    settle(dispute, "bad_debt", operator)
    assert (books("receivable"), books("bad_debt")) == (0, 24_000)
    assert not disputes_to_settle().exists()
    decide(till, dispute, "appeal_won")
    assert (books("receivable"), books("bad_debt")) == (0, 0)


def test_merchant_and_councils_get_one_mail_per_turn_of_a_dispute(till: Till, order: Order) -> None:
    mail.outbox.clear()
    dispute = contest(till, order)
    assert {message.to[0] for message in mail.outbox} == {
        Merchant.objects.get().billing_email,
        "cse@north.example",
    }
    mail.outbox.clear()
    till.settle()
    assert mail.outbox == []
    decide(till, dispute, "lost")
    tasks.mail_dispute(dispute.pk)
    mailed = {message.to[0]: str(message.body) for message in mail.outbox}
    assert "baisse de 80,00\u00a0€" in mailed["cse@north.example"]


@begins_with(None)
def test_large_debt_is_given_up_by_two_persons(till: Till, shop: Merchant, operator: User) -> None:
    council = make_council("north")
    account = till.active_account(council)
    order = till.sell(make_campaign(shop, {"north": 200_000}, at=till.at))
    till.let_shares_leave()
    till.simulator.pull("balance", account=account, available="0")
    decide(till, contest(till, order), "lost")
    claim = Claim.objects.get(state="owed")
    write_off(debt=claim, seen_cents=80_000, reason="CSE dissous", by=operator, at=till.at)
    claim.refresh_from_db()
    assert (claim.state, claim.write_off_because) == ("owed", "CSE dissous")
    with pytest.raises(Refused, match="autre personne"):
        approve_write_off(debt=claim, seen_cents=80_000, by=operator, at=till.at)
    reject_write_off(debt=claim, by=operator, at=till.at)
    write_off(debt=claim, seen_cents=80_000, reason="CSE dissous", by=operator, at=till.at)
    second = make_merchant_user("Onyx")
    with pytest.raises(Refused, match="800,00"):
        approve_write_off(debt=claim, seen_cents=79_999, by=second, at=till.at)
    approve_write_off(debt=claim, seen_cents=80_000, by=second, at=till.at)
    assert (books("share.owed"), books("bad_debt")) == (0, 80_000)
    assert owed_by_councils() == []
