"""Obstacles in the books to the end of a space, and the records that outlive it."""

import datetime as dt

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.councils.queries.changes import open_change_of
from billing.councils.queries.taxes import OPEN as OPEN_TAXES
from billing.councils.queries.taxes import taxes_of
from billing.ledger.queries import refunds
from billing.models import (
    Claim,
    Council,
    Dispute,
    Invoice,
    LedgerEntry,
    Order,
    Refund,
    Restitution,
    Share,
    Statement,
    TaxPayment,
)
from saas.kernel.display.writing import elided, eur, num
from saas.kernel.hooks import Kept

KEPT_YEARS = 10
_WAITING = (
    Share.State.HELD,
    Share.State.RELEASABLE,
    Share.State.WAITING_ACCOUNT,
    Share.State.FROZEN,
    Share.State.SENDING,
)
_CLAIMED = (Claim.State.DUE, Claim.State.SENDING, Claim.State.OWED)
_GIVEN = (Restitution.State.DUE, Restitution.State.SENDING)
_OPEN_DISPUTES = (
    Dispute.State.WARNING_NEEDS_RESPONSE,
    Dispute.State.WARNING_UNDER_REVIEW,
    Dispute.State.NEEDS_RESPONSE,
    Dispute.State.UNDER_REVIEW,
    Dispute.State.APPEAL_NEEDS_RESPONSE,
    Dispute.State.APPEAL_UNDER_REVIEW,
)
_MOVING = (
    Refund.State.REQUESTED,
    Refund.State.APPROVED,
    Refund.State.SENDING,
    Refund.State.PENDING,
    Refund.State.REQUIRES_ACTION,
)
_PAYING = (Order.State.AWAITING_PAYMENT, Order.State.PROCESSING)


def obstacles(tenant_id: int, at: dt.datetime) -> list[str]:  # noqa: ARG001 - each room says when
    """Return what of a space's money is not settled, each with what is to be done about it."""
    sentences = []
    for council in Council.objects.filter(tenant=tenant_id).order_by("pk"):
        sentences += _of_council(council)
    contested = _contested(tenant_id)
    if contested:
        sentences.append(
            _("Une banque conteste un paiement\u00a0: %(disputes)s. Attendez sa décision.")
            % {"disputes": ", ".join(dispute.reference for dispute in contested)}
        )
    coming_back = _coming_back(tenant_id)
    if coming_back:
        sentences.append(
            _("Un remboursement n’est pas fini\u00a0: %(refunds)s. Attendez-le, ou payez-le.")
            % {"refunds": ", ".join(refund.reference for refund in coming_back)}
        )
    paying = _orders_of(tenant_id).filter(state__in=_PAYING)
    if paying:
        sentences.append(
            _("Un paiement est en cours\u00a0: %(orders)s. Attendez qu’il aboutisse ou expire.")
            % {"orders": ", ".join(order.reference for order in paying)}
        )
    return sentences


def waits_for_shares(council: Council) -> bool:
    """Say whether shares of a council, or the VAT of some, have not left yet."""
    taxes = taxes_of(council.pk).filter(state__in=OPEN_TAXES)
    return _waiting(council).exists() or taxes.exists()


def _waiting(council: Council) -> QuerySet[Share]:
    return Share.objects.filter(council=council, state__in=_WAITING, amount_cents__gt=0)


def _of_council(council: Council) -> list[str]:
    sentences = []
    if cents := _waiting(council).aggregate(cents=Sum("amount_cents"))["cents"]:
        sentences.append(
            _("%(name)s attend encore %(amount)s\u00a0: reversez, ou remboursez le commerçant.")
            % {"name": council.name, "amount": eur(cents)}
        )
    claims = Claim.objects.filter(share__council=council, state__in=_CLAIMED)
    if any(claim.left_cents for claim in claims):
        owed = sum(claim.left_cents for claim in claims)
        sentences.append(
            _("%(name)s doit encore %(amount)s\u00a0: attendez la reprise, ou abandonnez-la.")
            % {"name": council.name, "amount": eur(owed)}
        )
    given = Restitution.objects.filter(share__council=council, state__in=_GIVEN)
    if any(one.left_cents for one in given):
        cents = sum(one.left_cents for one in given)
        sentences.append(
            _("%(name)s attend encore %(amount)s d’un appel gagné\u00a0: reversez-les.")
            % {"name": council.name, "amount": eur(cents)}
        )
    sentences += _of_tax(council)
    if open_change_of(council.pk) is not None:
        sentences.append(
            _("Le compte %(of_name)s est en cours de remplacement\u00a0: abandonnez-le d’abord.")
            % {"of_name": elided(council.name, "de")}
        )
    return sentences


def _of_tax(council: Council) -> list[str]:
    """Say what of the VAT of a council's invoices has not left, or has not come back."""
    taxes = list(taxes_of(council.pk))
    due_cents = sum(tax.left_cents for tax in taxes if tax.state in OPEN_TAXES)
    owed = sum(tax.left_cents for tax in taxes if tax.state == TaxPayment.State.OWED)
    values = {"name": council.name}
    sentences = []
    if due_cents:
        values["amount"] = eur(due_cents)
        sentences.append(
            _("%(name)s attend encore %(amount)s de TVA de ses factures\u00a0: versez-les.")
            % values
        )
    if owed:
        values["amount"] = eur(owed)
        sentences.append(
            _("%(name)s doit encore %(amount)s de TVA\u00a0: compensez-les, ou abandonnez-les.")
            % values
        )
    return sentences


def _contested(tenant_id: int) -> list[Dispute]:
    """Return disputes whose bank has taken a payment back and not decided yet."""
    open_ = Dispute.objects.filter(sale__order__in=_orders_of(tenant_id), state__in=_OPEN_DISPUTES)
    return list(open_.order_by("pk"))


def _coming_back(tenant_id: int) -> list[Refund]:
    """Return refunds that a merchant still waits for."""
    moving = Q(state__in=_MOVING)
    came_back = refunds.came_back() & Q(paid_otherwise_at__isnull=True)
    found = Refund.objects.filter(moving | came_back, sale__order__in=_orders_of(tenant_id))
    return list(found.order_by("pk"))


def _orders_of(tenant_id: int) -> QuerySet[Order]:
    found = Order.objects.filter(lines__flight__tenant=tenant_id)
    return found.distinct().order_by("reference")


def kept(tenant_id: int) -> list[Kept]:
    """Return what the law keeps of a space: papers by number, the books, and who was paid."""
    why = _("Code de commerce, art. L123-22\u00a0: dix ans.")
    papers = Invoice.objects.filter(order__in=_orders_of(tenant_id)).order_by("issued_at", "pk")
    bills = Statement.objects.filter(council__tenant=tenant_id, number__isnull=False)
    entries = LedgerEntry.objects.filter(
        Q(council__tenant=tenant_id) | Q(sale__order__in=_orders_of(tenant_id))
    )
    moments = [paper.issued_at for paper in papers] + [bill.made_at for bill in bills]
    last = max(moments, default=None)
    until = dt.date(last.year + KEPT_YEARS, 12, 31) if last else None
    councils = Council.objects.filter(tenant=tenant_id).order_by("pk")
    found = (
        (_("Factures et avoirs"), [paper.number for paper in papers]),
        (_("Factures au nom du CSE"), [bill.number or "" for bill in bills.order_by("pk")]),
        (_("Écritures du livre"), [_counted(entries.count())] if entries else []),
        (_("CSE et conditions signées"), [council.reference for council in councils]),
    )
    return [Kept(what, numbers, until, why) for what, numbers in found if numbers]


def _counted(entries: int) -> str:
    shown = num(entries)
    return ngettext("%(shown)s écriture", "%(shown)s écritures", entries) % {"shown": shown}
