"""Two bad days of the demo's past: a florist's early stop, and a dispute that the bank gave up."""

import datetime as dt
from functools import partial

from billing.adjustments.actions.disputes import answer_dispute
from billing.adjustments.actions.refunds import refund_what_has_not_run
from billing.adjustments.queries.refunds import what_has_not_run
from billing.models import Dispute, Order, Payment, Refund, StripeEvent
from infra.demo import levers
from infra.demo.seed import waiting
from infra.demo.seed.staff import first_operator
from saas.catalogue.merchants.models import Merchant

STOPPED_DAYS_AGO, CONTESTED_DAYS_AGO = 60, 30
SPEAKS_FOR_IT = (
    "La campagne a été diffusée dans deux espaces pendant dix jours, du premier au dernier jour"
    " commandés. Son acheteur l’a lui-même mise en page, et a reçu la facture le jour du paiement."
)


def play(days_ago: int, shops: dict[str, Merchant], *, at: dt.datetime) -> None:
    """Play the incident of a given day of the past."""
    if days_ago == STOPPED_DAYS_AGO:
        _stop_early(_last_order(shops["Fleurs de Loge"]), at=at + dt.timedelta(days=2))
    if days_ago == CONTESTED_DAYS_AGO:
        _contest(_last_order(shops["Cycles Bertoux"]), at=at)


def _last_order(shop: Merchant) -> Order:
    paid = Order.objects.filter(merchant=shop, state=Order.State.PAID)
    order = paid.select_related("merchant__owner").order_by("placed_at").last()
    if order is None:
        raise RuntimeError(f"{shop} has bought nothing yet")
    return order


def _stop_early(order: Order, *, at: dt.datetime) -> None:
    """Refund the florist's days that have not run: the shop closes for works."""
    seen = what_has_not_run(order, at=at).gross_cents
    refund = refund_what_has_not_run(
        order=order,
        seen_cents=seen,
        reason="Fermeture pour travaux",
        by=order.merchant.owner,
        at=at,
    )
    waiting.until("what has not run", partial(_is_given_back, refund.pk))


def _is_given_back(refund_id: int) -> bool:
    return Refund.objects.filter(pk=refund_id, state=Refund.State.SUCCEEDED).exists()


def _contest(order: Order, *, at: dt.datetime) -> None:
    """Let a bank take a payment back, be answered, and give it back."""
    payment = Payment.objects.get(order=order, is_duplicate=False)
    levers.pull(f"dispute/{payment.charge}", reason="unrecognized")
    dispute = waiting.until(
        "a dispute", Dispute.objects.filter(payment=payment, withdrawn_at__isnull=False).first
    )
    answer_dispute(dispute=dispute, text=SPEAKS_FOR_IT, by=first_operator(), at=at)
    waiting.until("an answer", partial(_is_answered, dispute.pk))
    levers.pull(f"dispute/{dispute.stripe_id}/won")
    waiting.until("a bank that gives in", partial(_is_won, dispute.pk))
    waiting.until("every event of it", partial(_is_quiet, dispute.stripe_id))


def _is_answered(dispute_id: int) -> bool:
    return Dispute.objects.filter(pk=dispute_id, evidence_sent_at__isnull=False).exists()


def _is_won(dispute_id: int) -> bool:
    return Dispute.objects.filter(pk=dispute_id, state=Dispute.State.WON).exists()


def _is_quiet(stripe_id: str) -> bool:
    waiting_events = StripeEvent.objects.filter(
        object_id=stripe_id, state=StripeEvent.State.RECEIVED
    )
    return not waiting_events.exists()
