"""Bad days of money that wait for an operator: banks, losses, refunds that came back."""

import datetime as dt
from collections.abc import Callable
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import ngettext

from billing.adjustments.queries.disputes import disputes_to_answer, disputes_to_settle
from billing.adjustments.queries.due import refused_refunds
from billing.einvoicing import queries as einvoices
from billing.ledger.queries.refunds import came_back
from billing.models import Case, Claim, CouncilNotice, ManualEntry, Refund, StripeCall, TaxPayment
from billing.wording.outlook import WAITS_FOR_FUNDS

REFUSED_SHOWN_FOR = dt.timedelta(days=7)
_News = CouncilNotice.Kind
_ACCOUNT_NEWS = (
    *(_News.NEEDS, _News.PAST_DUE, _News.PAYOUTS_STOPPED),
    *(_News.RESTRICTED, _News.REJECTED, _News.UNSUPPORTED, _News.CLOSED),
)


class Waiting(NamedTuple):
    """Rows that need an operator, the column with their start, and the page that shows them.

    Rows with an `alarm`, their key, are mailed once, and again a day before `deadline`, a column.
    """

    rows: QuerySet[Any]
    column: str
    words: Callable[[int], str]
    page: str
    tone: str
    alarm: str = ""
    deadline: str = ""


def account_news_at() -> Coalesce:
    """Return since when a council's account stands as it does: each look at Stripe is later."""
    news = CouncilNotice.objects.filter(council=OuterRef("pk"), kind__in=_ACCOUNT_NEWS)
    last = news.order_by("-pk").values("happened_at")[:1]
    return Coalesce(Subquery(last), "account_seen_at", "created_at")


def waiting() -> list[Waiting]:
    """Return the pending rows, with the wording of their count."""
    return [*_disputes(), *_refunds(), *_debts(), _manual_entries(), _stranded(), *_lines()]


def _stranded() -> Waiting:
    return Waiting(
        Case.objects.filter(state=Case.State.OPEN, kind=Case.Kind.STRANDED),
        "opened_at",
        words=lambda count: ngettext(
            "%(count)d virement revenu sur un compte fermé",
            "%(count)d virements revenus sur des comptes fermés",
            count,
        ),
        page="ops:reconciliation",
        tone="bad",
    )


def _lines() -> list[Waiting]:
    """Return lines of the bank and electronic invoices that wait."""
    return [
        _bank_lines(),
        Waiting(
            einvoices.problems(),
            "created_at",
            words=lambda count: ngettext(
                "%(count)d facture électronique rejetée ou refusée",
                "%(count)d factures électroniques rejetées ou refusées",
                count,
            ),
            page="ops:einvoices",
            tone="bad",
        ),
        Waiting(
            einvoices.to_answer(),
            "created_at",
            words=lambda count: ngettext(
                "%(count)d facture de fournisseur sans réponse",
                "%(count)d factures de fournisseurs sans réponse",
                count,
            ),
            page="ops:einvoices",
            tone="warn",
        ),
    ]


def _bank_lines() -> Waiting:
    return Waiting(
        Case.objects.filter(state=Case.State.OPEN, kind=Case.Kind.BANK_LINE),
        "opened_at",
        words=lambda count: ngettext(
            "%(count)d ligne de la banque sans explication",
            "%(count)d lignes de la banque sans explication",
            count,
        ),
        page="ops:bank",
        tone="warn",
    )


def refused_checkouts(at: dt.datetime) -> Waiting:
    """Return the checkouts refused by Stripe, unless a later checkout was requested since."""
    checkouts = StripeCall.objects.filter(kind=StripeCall.Kind.CHECKOUT)
    later = checkouts.filter(subject_id=OuterRef("subject_id"), pk__gt=OuterRef("pk"))
    return Waiting(
        checkouts.filter(
            ~Exists(later), state=StripeCall.State.FAILED, created_at__gt=at - REFUSED_SHOWN_FOR
        ),
        "created_at",
        words=lambda count: ngettext(
            "%(count)d paiement que Stripe a refusé d’ouvrir",
            "%(count)d paiements que Stripe a refusé d’ouvrir",
            count,
        ),
        page="ops:jobs",
        tone="bad",
        alarm="checkout_refused",
    )


def _disputes() -> list[Waiting]:
    return [
        Waiting(
            disputes_to_answer(),
            "opened_at",
            lambda count: ngettext(
                "%(count)d banque attend une réponse",
                "%(count)d banques attendent une réponse",
                count,
            ),
            "ops:disputes",
            "bad",
            alarm="dispute",
            deadline="evidence_due_at",
        ),
        Waiting(
            disputes_to_settle(),
            "opened_at",
            lambda count: ngettext(
                "%(count)d litige perdu à régler", "%(count)d litiges perdus à régler", count
            ),
            "ops:disputes",
            "warn",
            alarm="dispute_lost",
        ),
    ]


def _refunds() -> list[Waiting]:
    return [
        Waiting(
            Refund.objects.filter(came_back(), paid_otherwise_at=None),
            "requested_at",
            lambda count: ngettext(
                "%(count)d remboursement revenu, à payer autrement",
                "%(count)d remboursements revenus, à payer autrement",
                count,
            ),
            "ops:refunds",
            "bad",
            alarm="refund_back",
        ),
        Waiting(
            Refund.objects.filter(state=Refund.State.PENDING, problem=WAITS_FOR_FUNDS),
            "requested_at",
            lambda count: ngettext(
                "%(count)d remboursement attend notre solde chez Stripe",
                "%(count)d remboursements attendent notre solde chez Stripe",
                count,
            ),
            "ops:refunds",
            "bad",
            alarm="refund_funds",
        ),
        Waiting(
            refused_refunds(),
            "requested_at",
            lambda count: ngettext(
                "%(count)d remboursement dû et pas fait, à refaire",
                "%(count)d remboursements dus et pas faits, à refaire",
                count,
            ),
            "ops:refunds",
            "bad",
            alarm="refund_refused",
        ),
    ]


def _debts() -> list[Waiting]:
    return [
        Waiting(
            Claim.objects.filter(state=Claim.State.OWED, write_off_asked_at__isnull=False),
            "write_off_asked_at",
            lambda count: ngettext(
                "%(count)d abandon à approuver", "%(count)d abandons à approuver", count
            ),
            "ops:transfers",
            "warn",
            alarm="write_off",
        ),
        Waiting(
            TaxPayment.objects.filter(
                state=TaxPayment.State.OWED, write_off_asked_at__isnull=False
            ),
            "write_off_asked_at",
            lambda count: ngettext(
                "%(count)d abandon de TVA à approuver",
                "%(count)d abandons de TVA à approuver",
                count,
            ),
            "ops:transfers",
            "warn",
            alarm="tax_write_off",
        ),
    ]


def _manual_entries() -> Waiting:
    return Waiting(
        ManualEntry.objects.filter(state=ManualEntry.State.PROPOSED),
        "proposed_at",
        words=lambda count: ngettext(
            "%(count)d écriture à valider", "%(count)d écritures à valider", count
        ),
        page="ops:manual_entries",
        tone="warn",
    )
