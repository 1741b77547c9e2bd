"""Shares and debts of councils that wait for an operator."""

import datetime as dt

from django.db.models import Q
from django.utils.translation import ngettext

from billing.models import Claim, Restitution, Share, TaxPayment
from saas.console import wording
from saas.console.waiting.shapes import Waiting

A_DAY = dt.timedelta(days=1)
OWED_FOR = dt.timedelta(days=30)


def waiting(at: dt.datetime) -> list[Waiting]:
    """Return shares that stay, debts of a month, and debts to give up."""
    return [_owed(at), *_shares(at), *_debts()]


def _owed(at: dt.datetime) -> Waiting:
    return Waiting(
        Claim.objects.filter(state=Claim.State.OWED, due_at__lte=at - OWED_FOR),
        "due_at",
        words=lambda count: ngettext(
            "%(count)d reprise due par un CSE depuis un mois",
            "%(count)d reprises dues par des CSE depuis un mois",
            count,
        ),
        page="ops:transfers",
        tone="warn",
        alarm="claim_owed",
    )


def _shares(at: dt.datetime) -> list[Waiting]:
    overdue = Q(state__in=[Share.State.HELD, Share.State.RELEASABLE], release_at__lte=at - A_DAY)
    waits = Q(state=Restitution.State.DUE, due_at__lte=at - A_DAY)
    return [
        Waiting(
            Share.objects.filter(
                overdue | Q(state=Share.State.WAITING_ACCOUNT, release_at__lte=at)
            ),
            "release_at",
            wording.shares_that_stay,
            "ops:transfers",
            "warn",
        ),
        Waiting(
            Restitution.objects.filter(waits),
            "due_at",
            wording.restitutions_that_stay,
            "ops:transfers",
            "warn",
        ),
        Waiting(
            TaxPayment.objects.filter(waits),
            "due_at",
            wording.taxes_that_stay,
            "ops:transfers",
            "warn",
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
