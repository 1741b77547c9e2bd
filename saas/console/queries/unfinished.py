"""Unfinished states that need a person: shares, councils, documents, whole spaces."""

import datetime as dt

from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import ngettext

from billing.councils.queries.terms import councils_without_terms
from billing.models import (
    AccountChange,
    Council,
    Invoice,
    Payment,
    Payout,
    Reconciliation,
    Refund,
    Restitution,
    Share,
    Statement,
    Subscription,
    TaxPayment,
)
from saas.catalogue.merchants.models import Merchant, VatCheck
from saas.catalogue.placements.queries import campaigns as placements
from saas.console import wording
from saas.console.queries.bad_days import Waiting, account_news_at
from tenants.spaces.models import Inspection, SpaceOperation
from tenants.spaces.queries import life as spaces

# Time by when the hourly job and the nightly jobs should have finished the work by themselves.
AN_HOUR, A_DAY, A_WEEK = dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(days=7)
A_BANK_ANSWERS_WITHIN = dt.timedelta(days=14)
_HAS_NO_ACCOUNT = ["none", "created", "onboarding"]
_BLOCKED = ["restricted", "rejected", "unsupported"]


def waiting(*, at: dt.datetime) -> list[Waiting]:
    """Return the pending rows, with the wording of their count."""
    return [
        *_shares(at),
        *_councils(),
        *_accounts(),
        *_payouts(),
        *_banks(at),
        *_collected(at),
        *_merchants(),
        *_papers(at),
        *_spaces(at),
        *_deletions(at),
    ]


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


def _councils() -> list[Waiting]:
    return [
        Waiting(
            councils_without_terms(),
            "created_at",
            lambda count: ngettext(
                "%(count)d CSE sans conditions acceptées",
                "%(count)d CSE sans conditions acceptées",
                count,
            ),
            "ops:councils",
            "warn",
        ),
        Waiting(
            Council.objects.filter(ended_at=None, account_state__in=_HAS_NO_ACCOUNT),
            "created_at",
            lambda count: ngettext(
                "%(count)d CSE sans compte actif", "%(count)d CSE sans compte actif", count
            ),
            "ops:councils",
            "warn",
        ),
        Waiting(
            AccountChange.objects.filter(
                state__in=[AccountChange.State.ASKED, AccountChange.State.CONFIRMED]
            ),
            "asked_at",
            lambda count: ngettext(
                "%(count)d remplacement de compte en cours",
                "%(count)d remplacements de compte en cours",
                count,
            ),
            "ops:councils",
            "warn",
            alarm="account_change",
        ),
    ]


def _accounts() -> list[Waiting]:
    councils = Council.objects.annotate(news_at=account_news_at())
    return [
        Waiting(
            councils.filter(account_state=Council.AccountState.RESTRICTED),
            "news_at",
            lambda count: ngettext(
                "%(count)d CSE dont le compte est bloqué",
                "%(count)d CSE dont le compte est bloqué",
                count,
            ),
            "ops:councils",
            "warn",
            alarm="account_blocked",
        ),
        Waiting(
            councils.filter(account_state=Council.AccountState.ACTIVE, ended_at=None).exclude(
                account_needs="nothing"
            ),
            "news_at",
            lambda count: ngettext(
                "%(count)d CSE à qui Stripe demande une pièce",
                "%(count)d CSE à qui Stripe demande une pièce",
                count,
            ),
            "ops:councils",
            "warn",
            alarm="account_needs",
        ),
    ]


def _payouts() -> list[Waiting]:
    active = Council.objects.filter(ended_at=None, account_state=Council.AccountState.ACTIVE)
    blocked = active.filter(payouts_state__in=_BLOCKED)
    return [
        Waiting(
            blocked.annotate(news_at=account_news_at()),
            "news_at",
            lambda count: ngettext(
                "%(count)d CSE dont les virements sont bloqués",
                "%(count)d CSE dont les virements sont bloqués",
                count,
            ),
            "ops:councils",
            "warn",
            alarm="payouts_blocked",
        ),
        Waiting(
            Council.objects.filter(account_balance_cents__lt=0, account_balance_at__isnull=False),
            "account_balance_at",
            lambda count: ngettext(
                "%(count)d CSE dont le solde Stripe est négatif",
                "%(count)d CSE dont le solde Stripe est négatif",
                count,
            ),
            "ops:councils",
            "warn",
            alarm="balance_negative",
        ),
    ]


def _banks(at: dt.datetime) -> list[Waiting]:
    payouts = Payout.objects.annotate(whose=Coalesce("council_id", 0))  # 0 is our own bank
    paid_since = payouts.filter(
        whose=OuterRef("whose"), state=Payout.State.PAID, made_at__gt=OuterRef("made_at")
    )
    return [
        Waiting(
            payouts.filter(~Exists(paid_since), state=Payout.State.FAILED),
            "made_at",
            lambda count: ngettext(
                "%(count)d virement refusé par une banque",
                "%(count)d virements refusés par une banque",
                count,
            ),
            "ops:payouts",
            "bad",
            alarm="payout_refused",
        ),
        Waiting(
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
        ),
    ]


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
        Waiting(
            Reconciliation.objects.filter(
                Q(state=Reconciliation.State.FAILED)
                | Q(state=Reconciliation.State.RUNNING, begun_at__lte=at - A_DAY),
                ~Exists(Reconciliation.objects.filter(begun_at__gt=OuterRef("begun_at"))),
            ),
            "begun_at",
            lambda count: ngettext(
                "%(count)d rapprochement interrompu", "%(count)d rapprochements interrompus", count
            ),
            "ops:reconciliation",
            "bad",
        ),
    ]


def _merchants() -> list[Waiting]:
    """Return the shops abroad that pay VAT because VIES never answered about their number."""
    checks = VatCheck.objects.filter(merchant=OuterRef("pk"), number=OuterRef("vat_number"))
    decisive = checks.exclude(answer=VatCheck.Answer.UNREACHABLE)
    first = checks.order_by("asked_at").values("asked_at")[:1]
    merchants = Merchant.objects.annotate(unanswered_since=Subquery(first))
    return [
        Waiting(
            merchants.filter(~Exists(decisive), unanswered_since__isnull=False),
            "unanswered_since",
            lambda count: ngettext(
                "%(count)d numéro de TVA sans réponse de VIES",
                "%(count)d numéros de TVA sans réponse de VIES",
                count,
            ),
            "ops:merchants",
            "warn",
        )
    ]


def _papers(at: dt.datetime) -> list[Waiting]:
    return [
        Waiting(
            Invoice.objects.filter(mailed_at=None, issued_at__lte=at - AN_HOUR),
            "issued_at",
            lambda count: ngettext(
                "%(count)d facture n’est pas partie",
                "%(count)d factures ne sont pas parties",
                count,
            ),
            "ops:orders",
            "bad",
        ),
        Waiting(
            Statement.objects.filter(rendered_at=None, made_at__lte=at - AN_HOUR),
            "made_at",
            lambda count: ngettext(
                "%(count)d relevé n’est pas mis en page",
                "%(count)d relevés ne sont pas mis en page",
                count,
            ),
            "ops:councils",
            "bad",
        ),
    ]


def _spaces(at: dt.datetime) -> list[Waiting]:
    newer = SpaceOperation.objects.filter(
        tenant=OuterRef("tenant"), asked_at__gt=OuterRef("asked_at")
    )
    return [
        Waiting(
            SpaceOperation.objects.filter(~Exists(newer), state=SpaceOperation.State.FAILED),
            "asked_at",
            lambda count: ngettext(
                "%(count)d opération sur un espace a échoué",
                "%(count)d opérations sur des espaces ont échoué",
                count,
            ),
            "ops:spaces",
            "bad",
        ),
        _paid_for_closed_spaces(at),
        Waiting(
            spaces.stalled_operations(at),
            "asked_at",
            lambda count: ngettext(
                "%(count)d opération sur un espace n’avance pas",
                "%(count)d opérations sur des espaces n’avancent pas",
                count,
            ),
            "ops:spaces",
            "warn",
        ),
        Waiting(
            Inspection.objects.exclude(differences=[]),
            "looked_at",
            lambda count: ngettext(
                "%(count)d espace diffère du modèle", "%(count)d espaces diffèrent du modèle", count
            ),
            "ops:jobs",
            "bad",
        ),
    ]


def _deletions(at: dt.datetime) -> list[Waiting]:
    """Return the spaces that are half deleted, and those that are about to be."""
    return [
        Waiting(
            spaces.failed_deletions(),
            "asked_at",
            lambda count: ngettext(
                "%(count)d suppression d’espace a échoué en chemin",
                "%(count)d suppressions d’espaces ont échoué en chemin",
                count,
            ),
            "ops:spaces",
            "bad",
        ),
        Waiting(
            spaces.planned_deletions(before=at + A_WEEK),
            "asked_at",
            lambda count: ngettext(
                "%(count)d espace sera supprimé dans la semaine",
                "%(count)d espaces seront supprimés dans la semaine",
                count,
            ),
            "ops:spaces",
            "warn",
        ),
    ]


def _paid_for_closed_spaces(at: dt.datetime) -> Waiting:
    """Return the campaigns with days in a closed space that were not refunded since its closing.

    A refund for another space covers the days of that space only.
    """
    given_back = Refund.objects.filter(
        payment__order__campaign=OuterRef("pk"),
        requested_at__gte=OuterRef("closed_at"),
        refused_in=None,
    ).exclude(state=Refund.State.REJECTED)
    return Waiting(
        placements.paid_for_closed_spaces(at).filter(~Exists(given_back)),
        "closed_at",
        lambda count: ngettext(
            "%(count)d campagne payée pour un espace fermé",
            "%(count)d campagnes payées pour des espaces fermés",
            count,
        ),
        "ops:spaces",
        "warn",
    )
