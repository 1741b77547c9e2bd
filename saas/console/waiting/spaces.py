"""Spaces that wait for an operator: unfinished foundings, operations and deletions."""

import datetime as dt

from django.db.models import Exists, OuterRef
from django.utils.translation import ngettext

from billing.models import Refund
from saas.catalogue.placements.queries import campaigns as placements
from saas.console.waiting.shapes import Waiting
from tenants.spaces.models import Founding, Inspection, SpaceOperation
from tenants.spaces.queries import foundings, life

A_WEEK = dt.timedelta(days=7)


def waiting(at: dt.datetime) -> list[Waiting]:
    """Return foundings, operations, deletions and differences from the model."""
    return [_failed_foundings(), _stuck_foundings(at), *_operations(at), *_deletions(at)]


def _failed_foundings() -> Waiting:
    return Waiting(
        Founding.objects.filter(state=Founding.State.FAILED),
        "queued_at",
        words=lambda count: ngettext(
            "%(count)d espace dont la construction s’est arrêtée",
            "%(count)d espaces dont la construction s’est arrêtée",
            count,
        ),
        page="ops:jobs",
        tone="bad",
        alarm="founding_failed",
    )


def _stuck_foundings(at: dt.datetime) -> Waiting:
    return Waiting(
        foundings.stalled(at),
        "queued_at",
        words=lambda count: ngettext(
            "%(count)d espace attend d’être construit",
            "%(count)d espaces attendent d’être construits",
            count,
        ),
        page="ops:jobs",
        tone="warn",
    )


def _operations(at: dt.datetime) -> list[Waiting]:
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
            life.stalled_operations(at),
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
            life.failed_deletions(),
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
            life.planned_deletions(before=at + A_WEEK),
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
