"""Entries, papers and lines of the bank that wait for an operator."""

import datetime as dt

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import ngettext

from billing.einvoicing import queries as einvoices
from billing.ledger.queries.cases import ALONE
from billing.models import Case, Invoice, ManualEntry, Reconciliation, Statement
from saas.console.waiting.shapes import Waiting

AN_HOUR, A_DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def waiting(at: dt.datetime) -> list[Waiting]:
    """Return differences, steps that fail, papers, lines of the bank and proposed entries."""
    return [
        _cases(),
        _stuck_steps(),
        _altered_papers(),
        _stranded(),
        *_lines(),
        _manual_entries(),
        _reconciliation(at),
        *_papers(at),
    ]


def _cases() -> Waiting:
    return Waiting(
        Case.objects.filter(state=Case.State.OPEN).exclude(kind__in=ALONE),
        "opened_at",
        words=lambda count: ngettext(
            "%(count)d écart entre Stripe et nos livres",
            "%(count)d écarts entre Stripe et nos livres",
            count,
        ),
        page="ops:reconciliation",
        tone="bad",
    )


def _stuck_steps() -> Waiting:
    return Waiting(
        Case.objects.filter(state=Case.State.OPEN, kind=Case.Kind.FAILING_STEP),
        "opened_at",
        words=lambda count: ngettext(
            "%(count)d étape échoue de notre côté", "%(count)d étapes échouent de notre côté", count
        ),
        page="ops:reconciliation",
        tone="bad",
    )


def _altered_papers() -> Waiting:
    return Waiting(
        Case.objects.filter(state=Case.State.OPEN, kind=Case.Kind.PAPER),
        "opened_at",
        words=lambda count: ngettext(
            "%(count)d facture ou relevé dont le fichier est altéré",
            "%(count)d factures ou relevés dont le fichier est altéré",
            count,
        ),
        page="ops:reconciliation",
        tone="bad",
    )


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


def _reconciliation(at: dt.datetime) -> Waiting:
    return Waiting(
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
    )


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
