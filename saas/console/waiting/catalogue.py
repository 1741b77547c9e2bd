"""Merchants and their placements that wait for an operator, beside the queues."""

import datetime as dt

from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import ngettext

from saas.catalogue.merchants.models import Merchant, VatCheck
from saas.catalogue.placements.queries.reports import reports_waiting
from saas.catalogue.placements.queries.slow import slow_flights
from saas.console.waiting.shapes import Waiting


def waiting(at: dt.datetime) -> list[Waiting]:
    """Return reports, unanswered VAT numbers, and campaigns that few members see."""
    return [_reports(), _without_answer_of_vies(), _slow_flights(at)]


def _reports() -> Waiting:
    return Waiting(
        reports_waiting(),
        "reported_at",
        words=lambda count: ngettext(
            "%(count)d signalement d’un commerce ou d’une annonce à examiner",
            "%(count)d signalements de commerces ou d’annonces à examiner",
            count,
        ),
        page="ops:reports",
        tone="warn",
        alarm="reports",
    )


def _without_answer_of_vies() -> Waiting:
    """Return the shops abroad that pay VAT because VIES never answered about their number."""
    checks = VatCheck.objects.filter(merchant=OuterRef("pk"), number=OuterRef("vat_number"))
    decisive = checks.exclude(answer=VatCheck.Answer.UNREACHABLE)
    first = checks.order_by("asked_at").values("asked_at")[:1]
    merchants = Merchant.objects.annotate(unanswered_since=Subquery(first))
    return Waiting(
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


def _slow_flights(at: dt.datetime) -> Waiting:
    """Return the flights that deliver too little, as rows that wait for an operator."""
    return Waiting(
        slow_flights(at=at),
        "since",
        words=lambda count: ngettext(
            "%(count)d campagne trop peu vue dans un espace",
            "%(count)d campagnes trop peu vues dans un espace",
            count,
        ),
        page="ops:deliveries",
        tone="warn",
    )
