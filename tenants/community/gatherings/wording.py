"""Texts about gatherings: their state and their audience."""

import datetime as dt

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.community.gatherings import rules
from tenants.community.gatherings.models import Gathering
from tenants.spaces.audiences import Audience

SEEN: dict[str, Promise] = {
    Audience.COMPANY: gettext_lazy("Une entreprise seulement"),
    Audience.NEIGHBOURS: gettext_lazy("Aussi chez nos voisins"),
}


def state_of(gathering: Gathering, *, at: dt.datetime) -> str:
    """Return the short label of a gathering's state."""
    if gathering.cancelled_at is not None:
        return _("Annulée")
    if gathering.ends_at <= at:
        return _("Terminée")
    if gathering.starts_at <= at:
        return _("En cours")
    return _("Complet") if rules.is_full(gathering) else _("Ouverte à tous")


def seen_in_words(audience: str) -> str:
    """Return the label of the audience, or an empty text if the whole space sees the gathering."""
    return str(SEEN.get(audience, ""))
