"""Payments, refunds and disputes of merchants that wait for an operator."""

import datetime as dt

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import ngettext

from billing.adjustments.queries.disputes import disputes_to_answer, disputes_to_settle
from billing.adjustments.queries.due import refused_refunds
from billing.ledger.queries.refunds import came_back
from billing.models import Payment, Refund, Subscription
from billing.wording.outlook import WAITS_FOR_FUNDS
from saas.console.waiting.shapes import Waiting

A_DAY = dt.timedelta(days=1)
A_BANK_ANSWERS_WITHIN = dt.timedelta(days=14)


def waiting(at: dt.datetime) -> list[Waiting]:
    """Return refunds, disputes, debits without an answer and unpaid subscriptions."""
    return [_to_approve(), *_disputes(), *_refunds(), _refunds_on_their_way(at), *_collected(at)]


def _to_approve() -> Waiting:
    return Waiting(
        Refund.objects.filter(state=Refund.State.REQUESTED),
        "requested_at",
        words=lambda count: ngettext(
            "%(count)d remboursement à approuver", "%(count)d remboursements à approuver", count
        ),
        page="ops:home",
        tone="warn",
        alarm="refund_approve",
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


def _refunds_on_their_way(at: dt.datetime) -> Waiting:
    return Waiting(
        Refund.objects.filter(
            Q(state=Refund.State.REQUIRES_ACTION)
            | Q(state=Refund.State.PENDING, requested_at__lte=at - A_BANK_ANSWERS_WITHIN)
        ),
        "requested_at",
        lambda count: ngettext(
            "%(count)d remboursement n’arrive pas",
            "%(count)d remboursements n’arrivent pas",
            count,
        ),
        "ops:refunds",
        "warn",
    )


def _collected(at: dt.datetime) -> list[Waiting]:
    return [
        Waiting(
            Payment.objects.filter(
                state=Payment.State.PROCESSING, opened_at__lte=at - A_BANK_ANSWERS_WITHIN - A_DAY
            ),
            "opened_at",
            lambda count: ngettext(
                "%(count)d prélèvement sans réponse de la banque",
                "%(count)d prélèvements sans réponse de la banque",
                count,
            ),
            "ops:orders",
            "warn",
        ),
        Waiting(
            Subscription.objects.filter(state=Subscription.State.PAST_DUE).annotate(
                unpaid_since=Coalesce("paid_until", "begun_at")
            ),
            "unpaid_since",
            lambda count: ngettext(
                "%(count)d abonnement impayé", "%(count)d abonnements impayés", count
            ),
            "ops:subscriptions",
            "warn",
        ),
    ]
