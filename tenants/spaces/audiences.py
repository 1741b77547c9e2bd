"""Audiences of an offer: the whole space, a company of a park, or neighbours too.

Rooms store the audience of a thing in `audience`, and in `company_id` its author's company at the
time of the offer. `seen_by` is the only condition for its visibility. A thing hidden by moderation
(`hidden_at`) is visible to its author only.
"""

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.kernel import hooks
from saas.kernel.database.statements import Given
from tenants.spaces.models import OwnCompany, OwnTenant, OwnTreaty, Tenant, Treaty

SYMBOLS = {"space": "users", "company": "lock", "neighbours": "globe"}


class Audience(models.TextChoices):
    """The people that may see a thing."""

    SPACE = "space", _("Tout l’espace")
    COMPANY = "company", _("Mon entreprise seulement")
    NEIGHBOURS = "neighbours", _("L’espace et ses voisins")


def seen_by(viewer: User | Given, *, author: str = "author", through: str = "") -> Q:
    """Return the condition for rows visible to a viewer.

    These are their own rows, rows for the whole space, and rows for their company. Only its author
    sees a hidden row.
    """
    seen = ~Q(**{f"{through}audience": Audience.COMPANY})
    for employer in hooks.employer.ask(viewer):
        seen |= Q(**{f"{through}company_id": employer})
    return Q(**{f"{through}{author}": viewer.pk}) | (seen & Q(**{f"{through}hidden_at": None}))


def notify_programs(kind: str, about: str, thing: Any, *, title: str, at: dt.datetime) -> None:
    """Send webhooks about a thing visible to the whole space; never about people."""
    if getattr(thing, "audience", Audience.SPACE) == Audience.COMPANY:
        return
    url = thing.get_absolute_url()
    hooks.happened.ask(hooks.Happening(kind, about, thing.reference, title, url), at)


def employer_of(person: User) -> int | None:
    """Return the company that a person works for, if any."""
    for employer in hooks.employer.ask(person):
        rows = User.objects.filter(pk=person.pk).annotate(employer=employer)
        return rows.values_list("employer", flat=True).first()
    return None


def companies_to_choose() -> bool:
    """Return True if the space has several companies, so that an audience may be a company."""
    here = OwnTenant.objects.filter(kind=Tenant.Kind.PARK).exists()
    return here and OwnCompany.objects.count() > 1


def categories_given() -> frozenset[str]:
    """Return the categories of this space that treaties in force open to neighbours."""
    treaties = OwnTreaty.objects.filter(state=Treaty.State.ACCEPTED)
    return frozenset(one for gives in treaties.values_list("gives", flat=True) for one in gives)


def audiences_for(person: User) -> list[str]:
    """Return the audiences that a person may choose, the whole space first."""
    chosen: list[str] = [Audience.SPACE]
    if companies_to_choose() and employer_of(person) is not None:
        chosen.append(Audience.COMPANY)
    if categories_given():
        chosen.append(Audience.NEIGHBOURS)
    return chosen
