"""Notices to a council's people about its mandate: confirmed, refused, ending, ended."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from saas.kernel.display.writing import elided, shortdate

MANDATE = "mandate"


class NoticeText(NamedTuple):
    """A mail: its subject, its text, the next step, and the page that shows it."""

    subject: str
    text: str
    next_text: str
    action: str
    page: str


type Facts = Mapping[str, Any]


def confirmed(facts: Facts, council: str) -> NoticeText:
    """Return the mail about an election that an operator confirmed."""
    values = {
        "of_council": elided(council, "de"),
        "treasurer": facts["treasurer"],
        "secretary": facts["secretary"],
        "day": _day(facts),
    }
    return NoticeText(
        _("L’élection du CSE est confirmée"),
        _(
            "L’élection %(of_council)s est confirmée jusqu’au %(day)s : %(treasurer)s à la "
            "trésorerie, %(secretary)s au secrétariat."
        )
        % values,
        _("La trésorerie peut accepter les conditions et ouvrir le compte."),
        _("Voir le mandat"),
        MANDATE,
    )


def refused(facts: Facts, council: str) -> NoticeText:
    """Return the mail about minutes that an operator refused."""
    return NoticeText(
        _("Le procès-verbal du CSE est refusé"),
        _("Troovon n’a pas pu confirmer l’élection %(of_council)s. Motif : %(because)s.")
        % {"of_council": elided(council, "de"), "because": facts["because"].rstrip(".")},
        _("La part attend, rien n’est perdu. Déposez un procès-verbal qui répond au motif."),
        _("Déposer un procès-verbal"),
        MANDATE,
    )


def ending(facts: Facts, council: str) -> NoticeText:
    """Return the mail about a mandate that ends within two months."""
    return NoticeText(
        _("Le mandat du CSE prend fin bientôt"),
        _("Le mandat %(of_council)s prend fin le %(day)s.")
        % {"of_council": elided(council, "de"), "day": _day(facts)},
        _(
            "Après l’élection, déposez le nouveau procès-verbal avant ce jour : ensuite, la part "
            "attend jusqu’à ce qu’il soit confirmé."
        ),
        _("Voir le mandat"),
        MANDATE,
    )


def ended(facts: Facts, council: str) -> NoticeText:
    """Return the mail about an ended mandate."""
    return NoticeText(
        _("Le mandat du CSE a pris fin"),
        _("Le mandat %(of_council)s a pris fin le %(day)s : la part attend, rien n’est perdu.")
        % {"of_council": elided(council, "de"), "day": _day(facts)},
        _("Déposez le procès-verbal de la nouvelle élection : une fois confirmé, la part part."),
        _("Déposer un procès-verbal"),
        MANDATE,
    )


def _day(facts: Facts) -> str:
    return shortdate(dt.datetime.fromisoformat(facts["until"]).date())
