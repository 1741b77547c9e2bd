"""People who see what somebody offers: all of the space, one company of a park, neighbours too.

Rooms keep the audience of a thing in `audience`, and in `company_id` the company for which its
author worked when it was offered. `seen_by` is the one condition by which they show it; what
moderation hid (`hidden_at`) is for its author alone.
"""

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.kernel import hooks
from saas.kernel.statements import Given
from tenants.spaces.models import OwnCompany, OwnTenant, OwnTreaty, Tenant, Treaty

SYMBOLS = {"space": "users", "company": "lock", "neighbours": "globe"}


class Audience(models.TextChoices):
    """The people who see a thing."""

    SPACE = "space", _("Tout l’espace")
    COMPANY = "company", _("Mon entreprise seulement")
    NEIGHBOURS = "neighbours", _("L’espace et ses voisins")


def seen_by(viewer: User | Given, *, author: str = "author", through: str = "") -> Q:
    """Say what somebody sees: their own, what is for all, and what is for their company alone.

    What is hidden nobody sees but its author.
    """
    seen = ~Q(**{f"{through}audience": Audience.COMPANY})
    for employer in hooks.employer.ask(viewer):
        seen |= Q(**{f"{through}company_id": employer})
    return Q(**{f"{through}{author}": viewer.pk}) | (seen & Q(**{f"{through}hidden_at": None}))


def notify_programs(kind: str, about: str, thing: Any, *, title: str, at: dt.datetime) -> None:
    """Tell programs outside of a thing that all of the space sees; of no other, and of nobody."""
    if getattr(thing, "audience", Audience.SPACE) == Audience.COMPANY:
        return
    url = thing.get_absolute_url()
    hooks.happened.ask(hooks.Happening(kind, about, thing.reference, title, url), at)


def employer_of(person: User) -> int | None:
    """Return the company that somebody works for."""
    for employer in hooks.employer.ask(person):
        rows = User.objects.filter(pk=person.pk).annotate(employer=employer)
        return rows.values_list("employer", flat=True).first()
    return None


def companies_to_choose() -> bool:
    """Say whether several companies live here, so that one may want to speak to its own alone."""
    here = OwnTenant.objects.filter(kind=Tenant.Kind.PARK).exists()
    return here and OwnCompany.objects.count() > 1


def categories_given() -> frozenset[str]:
    """Return what treaties in force let neighbours see of this space."""
    treaties = OwnTreaty.objects.filter(state=Treaty.State.ACCEPTED)
    return frozenset(one for gives in treaties.values_list("gives", flat=True) for one in gives)


def audiences_for(person: User) -> list[str]:
    """Return whom somebody may offer a thing to, the whole space first."""
    chosen: list[str] = [Audience.SPACE]
    if companies_to_choose() and employer_of(person) is not None:
        chosen.append(Audience.COMPANY)
    if categories_given():
        chosen.append(Audience.NEIGHBOURS)
    return chosen
