"""Rules of a pause: which paid campaigns a merchant may interrupt, and for how long."""

import datetime as dt
from collections.abc import Collection

from django.utils.translation import gettext as _

from saas.catalogue.placements.models import Campaign, Flight, slots
from saas.catalogue.placements.rules.campaigns import is_open
from saas.kernel.errors import Refused

LONGEST = dt.timedelta(days=30)


def check_may_pause(campaign: Campaign, flights: Collection[Flight], *, day: dt.date) -> None:
    """Raise Refused if a campaign cannot be interrupted, with the choice that works."""
    if campaign.state != Campaign.State.PAID:
        raise Refused(_("Cette campagne ne passe pas\u00a0: il n’y a rien à mettre en pause."))
    if campaign.rhythm == Campaign.Rhythm.MONTHLY:
        raise Refused(
            _("Une campagne mensuelle ne se met pas en pause\u00a0: arrêtez-la à la fin du mois.")
        )
    if campaign.review != Campaign.Review.APPROVED:
        raise Refused(_("Troovon relit encore cette annonce\u00a0: aucun jour n’est perdu."))
    if max(flight.ends_on for flight in flights) <= day:
        raise Refused(_("Elle se termine aujourd’hui\u00a0: il ne reste aucun jour à garder."))
    _check_flights(flights)


def _check_flights(flights: Collection[Flight]) -> None:
    if any(flight.slot in slots.limited() for flight in flights):
        raise Refused(
            _(
                "Les places aux écrans et à la médiathèque sont comptées\u00a0: une pause les "
                "perdrait. Vous pouvez arrêter la campagne\u202f; ce qui reste vous est rendu."
            )
        )
    if not all(is_open(flight) for flight in flights):
        raise Refused(_("Un de ses espaces est fermé\u00a0: ses jours vous sont déjà gardés."))
