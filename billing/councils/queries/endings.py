"""Obstacles in the books to the end of a space, and the records that outlive it."""

import datetime as dt

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.councils.queries.changes import open_change_of
from billing.councils.queries.paper_payments import stranded_cases, taken_back
from billing.councils.queries.taxes import OPEN as OPEN_TAXES
from billing.councils.queries.taxes import taxes_of
from billing.councils.wording import endings as wording
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
from saas.kernel.display.writing import num
from saas.kernel.hooks import LegalRecord

RETENTION_YEARS = 10
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
    """Return the unsettled money of a space, each item with the next step."""
    sentences = []
    for council in Council.objects.filter(tenant=tenant_id).order_by("pk"):
        sentences += _of_council(council)
    contested = _contested(tenant_id)
    if contested:
        sentences.append(wording.disputes_are_open([one.reference for one in contested]))
    coming_back = _coming_back(tenant_id)
    if coming_back:
        sentences.append(wording.refunds_are_moving([one.reference for one in coming_back]))
    paying = _orders_of(tenant_id).filter(state__in=_PAYING)
    if paying:
        sentences.append(wording.payments_are_moving([one.reference for one in paying]))
    return sentences


def admin_obstacles(tenant_id: int, at: dt.datetime) -> list[str]:  # noqa: ARG001 - as above
    """Return the same for a space's administration, which reads no amounts of a council."""
    councils = Council.objects.filter(tenant=tenant_id).order_by("pk")
    sentences = [wording.council_is_unsettled(one.name) for one in councils if _of_council(one)]
    paying = _orders_of(tenant_id).filter(state__in=_PAYING).exists()
    if paying or _contested(tenant_id) or _coming_back(tenant_id):
        sentences.append(wording.payments_are_unsettled())
    return sentences


def waits_for_shares(council: Council) -> bool:
    """Return True if shares of a council, or the VAT of some, have not been transferred yet."""
    taxes = taxes_of(council.pk).filter(state__in=OPEN_TAXES)
    return _waiting(council).exists() or taxes.exists()


def _waiting(council: Council) -> QuerySet[Share]:
    return Share.objects.filter(council=council, state__in=_WAITING, amount_cents__gt=0)


def _of_council(council: Council) -> list[str]:
    sentences = []
    if cents := _waiting(council).aggregate(cents=Sum("amount_cents"))["cents"]:
        sentences.append(wording.shares_wait(council.name, cents))
    claims = Claim.objects.filter(share__council=council, state__in=_CLAIMED)
    if any(claim.left_cents for claim in claims):
        owed = sum(claim.left_cents for claim in claims)
        sentences.append(wording.claims_are_open(council.name, owed))
    given = Restitution.objects.filter(share__council=council, state__in=_GIVEN)
    if any(one.left_cents for one in given):
        cents = sum(one.left_cents for one in given)
        sentences.append(wording.restitutions_wait(council.name, cents))
    sentences += _of_money_back(council)
    sentences += _of_tax(council)
    if open_change_of(council.pk) is not None:
        sentences.append(wording.account_is_replaced(council.name))
    return sentences


def _of_money_back(council: Council) -> list[str]:
    """Return sentences on money of a council that came back from its bank, or from its account."""
    sentences = []
    if back := stranded_cases(council):
        cents = sum(case.stripe_cents or 0 for case in back)
        sentences.append(wording.payouts_came_back(council.name, cents))
    if cents := sum(claim.settled_cents for claim in taken_back(council)):
        sentences.append(wording.shares_wait(council.name, cents))
    return sentences


def _of_tax(council: Council) -> list[str]:
    """Return sentences on VAT of a council's invoices not transferred yet, or still owed back."""
    taxes = list(taxes_of(council.pk))
    due_cents = sum(tax.left_cents for tax in taxes if tax.state in OPEN_TAXES)
    owed = sum(tax.left_cents for tax in taxes if tax.state == TaxPayment.State.OWED)
    sentences = []
    if due_cents:
        sentences.append(wording.tax_waits(council.name, due_cents))
    if owed:
        sentences.append(wording.tax_is_owed(council.name, owed))
    return sentences


def _contested(tenant_id: int) -> list[Dispute]:
    """Return disputes with a payment taken back by the bank and no decision yet."""
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


def legal_records(tenant_id: int) -> list[LegalRecord]:
    """Return the records of a space that the law keeps: papers by number, ledger, and payees."""
    why = wording.legal_basis()
    papers = Invoice.objects.filter(order__in=_orders_of(tenant_id)).order_by("issued_at", "pk")
    bills = Statement.objects.filter(council__tenant=tenant_id, number__isnull=False)
    entries = LedgerEntry.objects.filter(
        Q(council__tenant=tenant_id) | Q(sale__order__in=_orders_of(tenant_id))
    )
    moments = [paper.issued_at for paper in papers] + [bill.made_at for bill in bills]
    last = max(moments, default=None)
    until = dt.date(last.year + RETENTION_YEARS, 12, 31) if last else None
    councils = Council.objects.filter(tenant=tenant_id).order_by("pk")
    found = (
        (_("Factures et avoirs"), [paper.number for paper in papers]),
        (_("Factures au nom du CSE"), [bill.number or "" for bill in bills.order_by("pk")]),
        (_("Écritures du livre"), [_counted(entries.count())] if entries else []),
        (_("CSE et conditions signées"), [council.reference for council in councils]),
    )
    return [LegalRecord(what, numbers, until, why) for what, numbers in found if numbers]


def _counted(entries: int) -> str:
    shown = num(entries)
    return ngettext("%(shown)s écriture", "%(shown)s écritures", entries) % {"shown": shown}
