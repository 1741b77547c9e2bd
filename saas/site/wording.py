"""Wording of the services' state for the public: working parts, and advice for the meantime."""

import datetime as dt
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from saas.kernel.display.writing import in_english
from saas.monitoring import services
from saas.monitoring.queries import DEGRADED, DOWN, OK
from saas.monitoring.services import COUNCILS, FOUNDINGS, MAILS, PAGES, PAYMENTS, PLANNED

_NAMES = {
    PAGES: _("Pages et connexion"),
    MAILS: _("E-mails, rappels et invitations"),
    PAYMENTS: _("Paiements des commerçants"),
    COUNCILS: _("Reversements et relevés des CSE"),
    FOUNDINGS: _("Création d’espaces"),
    PLANNED: _("Maintenance prévue"),
}
_STATES = {OK: _("en ordre"), DEGRADED: _("ralenti"), DOWN: _("arrêté")}
_TONES = {OK: "ok", DEGRADED: "warn", DOWN: "bad"}
_SENTENCES = {
    (PAGES, DEGRADED): _("Les pages répondent, plus lentement que d’habitude."),
    (PAGES, DOWN): _("Les pages des espaces ne répondent pas. Rien de leur contenu n’est perdu."),
    (MAILS, DEGRADED): _("Ils partent en retard. Rien n’est perdu, rien n’est à refaire."),
    (MAILS, DOWN): _("Ils ne partent pas pour l’instant. Rien n’est perdu, rien n’est à refaire."),
    (PAYMENTS, DEGRADED): _("Stripe répond lentement\u00a0: attendez, ne payez pas deux fois."),
    (PAYMENTS, DOWN): _("Aucun paiement ne peut commencer. Les campagnes payées continuent."),
    (COUNCILS, DEGRADED): _("En retard. Les montants sont tenus, et partent ensuite."),
    (FOUNDINGS, DEGRADED): _("Un nouvel espace se construit plus tard. Rien n’est à refaire."),
    (FOUNDINGS, DOWN): _("Aucun espace ne se construit pour l’instant. Rien n’est à refaire."),
    (COUNCILS, DOWN): _("Rien ne part pour l’instant. Les montants sont tenus."),
}
_TITLES = {
    OK: _("Tout fonctionne."),
    DEGRADED: _("Un service est ralenti."),
    DOWN: _("Un service est arrêté."),
}


class ServiceRow(NamedTuple):
    """A service as the page shows it."""

    name: str
    state: str
    tone: str
    sentence: str
    since: dt.datetime | None


class PlannedRow(NamedTuple):
    """Planned work, in the reader's language."""

    text: str
    starts_at: dt.datetime
    ends_at: dt.datetime


class IncidentRow(NamedTuple):
    """Past incident: a slow or stopped service, or maintenance."""

    name: str
    text: str
    began_at: dt.datetime
    ended_at: dt.datetime


def status_context(status: services.Status) -> dict[str, Any]:
    """Return all that the page of services shows."""
    worst = max((one.state for one in status.services), key=[OK, DEGRADED, DOWN].index)
    return {
        "title": _TITLES[worst],
        "tone": _TONES[worst],
        "checked_at": status.checked_at,
        "services": [
            ServiceRow(
                str(_NAMES[one.name]),
                str(_STATES[one.state]),
                _TONES[one.state],
                str(_SENTENCES.get((one.name, one.state), "")),
                one.since,
            )
            for one in status.services
        ],
        "planned": [
            PlannedRow(_in_language(one.text_fr, one.text_en), one.starts_at, one.ends_at)
            for one in status.planned
            if one.ends_at > status.checked_at
        ],
        "incidents": [
            IncidentRow(
                str(_NAMES[one.service]),
                _in_language(one.text_fr, one.text_en),
                one.began_at,
                one.ended_at,
            )
            for one in status.incidents
        ],
        "days": services.SHOWN_FOR.days,
    }


def status_json(status: services.Status) -> dict[str, Any]:
    """Return the same for programs."""
    return {
        "checked_at": status.checked_at.isoformat(),
        "services": {
            one.name: {"state": one.state, "since": one.since.isoformat() if one.since else None}
            for one in status.services
        },
        "planned": [
            {
                "starts_at": one.starts_at.isoformat(),
                "ends_at": one.ends_at.isoformat(),
                "fr": one.text_fr,
                "en": one.text_en,
            }
            for one in status.planned
        ],
    }


def _in_language(text_fr: str, text_en: str) -> str:
    return text_en if in_english() else text_fr
