"""Reasons why an amount was not with its council at the end of a statement."""

import datetime as dt

from django.utils.translation import gettext as _

from billing.models import Council, Share, TaxPayment
from saas.kernel.display import writing


def why_share_waits(council: Council, share: Share, cents: int, *, after: dt.datetime) -> str:
    """Return why an amount was not with the council at the end of the range."""
    if cents < 0:
        return _("à reprendre après un remboursement, ou à compenser avec la prochaine part")
    if share.transferred_at and share.transferred_at >= after:
        day = writing.shortdate(share.transferred_at)
        return _("reversée depuis, le %(day)s") % {"day": day}
    if share.release_at >= after or share.state == Share.State.HELD:
        day = writing.shortdate(share.release_at)
        return _("retenue jusqu’au %(day)s, fin du délai de remboursement") % {"day": day}
    return _why_now(council, share)


def why_tax_waits(
    council: Council, tax: TaxPayment | None, cents: int, *, after: dt.datetime
) -> str:
    """Return why the VAT of a council's invoices was not with it at the end of the range."""
    if cents < 0:
        return _("TVA d’un avoir à votre nom\u00a0: compensée avec ce qui vient")
    if tax is None:
        return _("TVA de vos factures\u00a0: réglée depuis")
    if tax.state == TaxPayment.State.SENDING:
        return _("TVA de vos factures\u00a0: en route vers votre compte")
    if tax.due_at >= after:
        values = {"day": writing.shortdate(tax.due_at)}
        return _("TVA de vos factures\u00a0: retenue avec les parts jusqu’au %(day)s") % values
    if council.account_state != Council.AccountState.ACTIVE:
        return _("TVA de vos factures\u00a0: attend que le compte Stripe du CSE soit actif")
    return _("TVA de vos factures\u00a0: à verser au prochain passage")


def _why_now(council: Council, share: Share) -> str:
    if share.state == Share.State.FROZEN:
        return _("gelée\u00a0: le commerçant conteste son paiement auprès de sa banque")
    if share.state == Share.State.SENDING:
        return _("en route vers votre compte")
    if share.state != Share.State.WAITING_ACCOUNT:
        return _("à reverser au prochain passage")
    if council.account_state == Council.AccountState.NO_LEGAL_PERSONALITY:
        return _("attend que le CSE ait la personnalité morale")
    if council.account_state != Council.AccountState.ACTIVE:
        return _("attend que le compte Stripe du CSE soit actif")
    return _("attend que le CSE signe ses conditions")
