"""Rules of a council's mandate: the minutes of its election, and until when they hold."""

import datetime as dt
import zoneinfo

from django.utils.translation import gettext as _

from billing.models import Council, CouncilMandate
from saas.kernel.errors import NotAllowed, Refused

# A council is told this long before its mandate ends: an election takes some weeks to prepare.
NOTICE_BEFORE = dt.timedelta(days=61)


_FRANCE = zoneinfo.ZoneInfo("Europe/Paris")


def mandate_day(at: dt.datetime) -> dt.date:
    """Return the day of a moment in France; mandates are counted in these days."""
    return at.astimezone(_FRANCE).date()


def is_confirmed(council: Council, today: dt.date) -> bool:
    """Return True if an operator confirmed the council's election and its mandate still runs."""
    return council.confirmed_until is not None and today <= council.confirmed_until


def check_confirmed(council: Council, *, today: dt.date) -> None:
    """Raise Refused unless an operator confirmed the council's election."""
    if not is_confirmed(council, today):
        raise Refused(
            _(
                "Avant que de l’argent puisse partir, Troovon confirme l’élection du CSE\u00a0: "
                "déposez le procès-verbal sur la page «\u00a0Mandat\u00a0»."
            )
        )


def check_confirmed_treasurer(council: Council, reference: str, *, today: dt.date) -> None:
    """Raise Refused or NotAllowed unless the person is the treasurer named in the minutes."""
    check_confirmed(council, today=today)
    if reference != council.treasurer_reference:
        raise NotAllowed(
            _(
                "Seule la personne que le procès-verbal nomme à la trésorerie en décide. Si elle "
                "a changé, déposez le nouveau procès-verbal sur la page «\u00a0Mandat\u00a0»."
            )
        )


def check_dates(*, elected_on: dt.date, ends_on: dt.date, today: dt.date) -> None:
    """Raise Refused if the election is to come, or the mandate is over or longer than the law's."""
    if elected_on > today:
        raise Refused(_("L’élection a eu lieu\u00a0: sa date est passée."), field="elected_on")
    if ends_on <= today:
        raise Refused(
            _("Ce mandat est terminé\u00a0: déposez le procès-verbal de la dernière élection."),
            field="ends_on",
        )
    if ends_on - elected_on > CouncilMandate.LONGEST:
        raise Refused(_("Un mandat du CSE dure quatre ans au plus."), field="ends_on")


def check_two_people(*, treasurer: str, secretary: str, one_mailbox: bool) -> None:
    """Raise Refused if treasurer and secretary are the same person, or share a mailbox."""
    if treasurer == secretary:
        raise Refused(
            _("La trésorerie et le secrétariat sont deux personnes différentes."), field="secretary"
        )
    if one_mailbox:
        raise Refused(
            _(
                "Ces deux comptes lisent la même boîte aux lettres\u00a0: la trésorerie et le "
                "secrétariat sont deux personnes, chacune avec la sienne."
            ),
            field="secretary",
        )


def check_readable(mandate: CouncilMandate) -> None:
    """Raise Refused while the minutes cannot be downloaded, or if they never can."""
    if mandate.paper_failure:
        raise Refused(_("La photo du procès-verbal est illisible\u00a0: refusez-le en le disant."))
    if not mandate.is_readable:
        raise Refused(
            _("La photo du procès-verbal est en préparation\u00a0: réessayez dans un instant.")
        )


def check_waits(mandate: CouncilMandate) -> None:
    """Raise Refused if the minutes were answered or replaced."""
    if mandate.state != CouncilMandate.State.WAITING:
        raise Refused(_("Ce procès-verbal a déjà reçu sa réponse, ou a été remplacé."))
