"""Money goes back to a merchant: asked for, approved by a second person, paid by other means."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from billing.adjustments.queries.refunds import what_has_not_run
from billing.adjustments.rules import refunds
from billing.adjustments.tasks import mail_refund
from billing.ledger import posting
from billing.ledger.rules import approvals, postings
from billing.models import Order, Refund, Sale
from billing.orders.queries import sales
from billing.orders.settlement import returns, subscriptions
from billing.stripe import tasks
from billing.transitions import machines
from billing.transitions.transition import record, transition
from billing.wording.outlook import CAME_BACK
from saas.accounts.models import User
from saas.catalogue.merchants.queries.team import runs
from saas.catalogue.placements.actions import campaigns as placements
from saas.kernel.display.writing import eur
from saas.kernel.errors import Refused
from saas.kernel.tasks import after_commit


@transaction.atomic
def request_refund(
    *,
    order: Order,
    amount_cents: int,
    by: User,
    at: dt.datetime,
    reason: str = "",
    seen_cents: int | None = None,
) -> Refund:
    """Refund a merchant; above 500 € for an order a second person approves it first.

    `seen_cents` is the refundable amount shown when the refund was confirmed: if it has changed
    since, nothing is refunded.
    """
    sale = _locked_sale(order)
    if seen_cents is not None:
        _check_left(sale, seen_cents)
    return _ask(sale, amount_cents, Refund.Origin.OPERATOR, reason=reason, by=by, at=at)


@transaction.atomic
def refund_what_has_not_run(
    *, order: Order, seen_cents: int, by: User, at: dt.datetime, reason: str = ""
) -> Refund:
    """Stop a campaign and refund its undelivered part; `seen_cents` is the amount shown.

    Its merchant may ask for it, too; above 500 € for an order an operator approves the refund. Of a
    monthly campaign no further month is collected. After the stop, it can be requested again only
    if the refund was rejected or failed.
    """
    own = runs(order.merchant_id, by)
    sale = _locked_sale(order)
    amount_cents = _unrun_cents(order, seen_cents=seen_cents, at=at)
    placements.stop(campaign_id=order.campaign_id, at=at)
    subscriptions.end_with(order)
    origin = Refund.Origin.MERCHANT if own else Refund.Origin.OPERATOR
    return _ask(sale, amount_cents, origin, reason=reason, by=by, at=at)


@transaction.atomic
def take_down(
    *, order: Order, seen_cents: int, by: User, at: dt.datetime, reason: str
) -> Refund | None:
    """Stop a campaign for a fault of its own, and refund its undelivered part, if any."""
    _locked_sale(order)
    unrun = what_has_not_run(order, at=at)
    if unrun.gross_cents or (unrun.stopped_at and unrun.given_cents):
        return refund_what_has_not_run(
            order=order, seen_cents=seen_cents, by=by, at=at, reason=reason
        )
    placements.stop(campaign_id=order.campaign_id, at=at)
    subscriptions.end_with(order)
    return None


def _unrun_cents(order: Order, *, seen_cents: int, at: dt.datetime) -> int:
    """Return the refund of a campaign that stops. Raises Refused if zero or not as shown."""
    unrun = what_has_not_run(order, at=at)
    if unrun.gross_cents == 0 and unrun.stopped_at and unrun.given_cents:
        raise Refused(
            _("La campagne est déjà arrêtée\u00a0: %(amount)s sont rendus ou en train de l’être.")
            % {"amount": eur(unrun.given_cents)}
        )
    if unrun.gross_cents == 0:
        raise Refused(_("Tout a été diffusé, ou rien ne reste à rembourser."))
    if seen_cents != unrun.gross_cents:
        raise Refused(
            _("Le montant a changé depuis que la page s’est ouverte\u00a0: %(amount)s.")
            % {"amount": eur(unrun.gross_cents)}
        )
    return unrun.gross_cents


def _check_left(sale: Sale, seen_cents: int) -> None:
    left_cents = sales.refundable_cents(sale)
    if left_cents != seen_cents:
        raise Refused(
            _(
                "Rien n’est remboursé\u00a0: la commande a changé entre-temps."
                " Il reste maintenant %(left)s à rembourser."
            )
            % {"left": eur(left_cents)}
        )


def _ask(
    sale: Sale,
    amount_cents: int,
    origin: Refund.Origin,
    *,
    reason: str,
    by: User,
    at: dt.datetime,
) -> Refund:
    unseconded_cents = sales.unseconded_cents(sale)
    refunds.check_refund(amount_cents, refundable_cents=sales.refundable_cents(sale))
    refund = Refund(
        payment=sale.payment,
        sale=sale,
        amount_cents=amount_cents,
        origin=origin,
        reason=reason,
        requested_by=by,
        requested_at=at,
    )
    refund.full_clean()
    refund.save()
    if not approvals.needs_second_person(amount_cents, unseconded_cents=unseconded_cents):
        _approve(refund, by=by, at=at)
    return refund


def _locked_sale(order: Order) -> Sale:
    sale = (
        Sale.objects.select_for_update(of=("self",), no_key=True)
        .select_related("payment")
        .filter(order=order)
        .first()
    )
    if sale is None:
        raise Refused(_("Rien n’a été payé pour cette commande."))
    return sale


@transaction.atomic
def approve_refund(*, refund: Refund, by: User, at: dt.datetime) -> Refund:
    """Approve a refund requested by another person."""
    refund = _locked_refund(refund)
    machines.check("refund", refund.state, "approved")
    approvals.check_may_approve(requested_by_id=refund.requested_by_id, approver_id=by.pk)
    _approve(refund, by=by, at=at)
    return refund


@transaction.atomic
def reject_refund(*, refund: Refund, by: User, at: dt.datetime) -> Refund:
    """Reject a refund that waits for approval."""
    refund = _locked_refund(refund)
    machines.check("refund", refund.state, "rejected")
    transition("refund", refund, "rejected", by=by.reference, at=at)
    return refund


def _locked_refund(refund: Refund) -> Refund:
    return (
        Refund.objects.select_for_update(of=("self",))
        .select_related("payment__order")
        .get(pk=refund.pk)
    )


def _approve(refund: Refund, *, by: User, at: dt.datetime) -> None:
    refund.approved_by = by
    transition("refund", refund, "approved", by=by.reference, at=at, also=["approved_by"])
    call = returns.prepare_refund(refund, refund.payment)
    after_commit(tasks.send_call, call.pk)


@transaction.atomic
def pay_refund_otherwise(*, refund: Refund, how: str, by: User, at: dt.datetime) -> Refund:
    """Record how a refund is paid after the merchant's bank returned it.

    Above 500 € it counts only after a second person has confirmed it.
    """
    refund = _locked_refund(refund)
    _check_came_back(refund)
    approvals.check_reason(how, field="how")
    refund.paid_otherwise_how, refund.paid_otherwise_by = how.strip(), by
    refund.full_clean()
    refund.save(update_fields=["paid_otherwise_how", "paid_otherwise_by"])
    _note(refund, "payment_said", by=by, at=at, why=how)
    if not approvals.needs_second_person(refund.amount_cents, unseconded_cents=0):
        _pay_otherwise(refund, by=by, at=at)
    return refund


@transaction.atomic
def confirm_refund_paid(*, refund: Refund, seen_how: str, by: User, at: dt.datetime) -> Refund:
    """Confirm another person's payment of a returned refund; `seen_how` is the text shown."""
    refund = _locked_refund(refund)
    _check_came_back(refund)
    if refund.paid_otherwise_by_id is None:
        raise Refused(_("Dites d’abord comment il est payé."))
    if refund.paid_otherwise_how != seen_how:
        raise _has_changed()
    approvals.check_may_approve(requested_by_id=refund.paid_otherwise_by_id, approver_id=by.pk)
    _pay_otherwise(refund, by=by, at=at)
    return refund


def _check_came_back(refund: Refund) -> None:
    """Raise Refused if the refund arrived, was never credited, or is already paid otherwise."""
    came_back = refund.state in CAME_BACK and refund.accepted_at is not None
    if not came_back or refund.paid_otherwise_at is not None:
        raise _has_changed()


def _has_changed() -> Refused:
    return Refused(
        _("Ce n’est plus possible\u00a0: la situation vient de changer. Rechargez la page.")
    )


def _pay_otherwise(refund: Refund, *, by: User, at: dt.datetime) -> None:
    """Book that our bank account paid it, and have the merchant told."""
    refund.paid_otherwise_at, refund.mailed_at = at, None
    refund.save(update_fields=["paid_otherwise_at", "mailed_at"])
    posting.post(
        f"refund:{refund.uuid}:paid_otherwise",
        postings.paid_otherwise(
            cents=refund.amount_cents,
            merchant_id=refund.payment.order.merchant_id,
            sale_id=refund.sale_id,
        ),
        kind="paid_otherwise",
        at=at,
        source=refund.stripe_id,
    )
    _note(refund, "paid_otherwise", by=by, at=at, why=refund.paid_otherwise_how)
    after_commit(mail_refund, refund.pk)


def _note(refund: Refund, trigger: str, *, by: User, at: dt.datetime, why: str) -> None:
    states = (refund.state, refund.state)
    record("refund", refund.pk, trigger, states=states, by=by.reference, at=at, why=why)
