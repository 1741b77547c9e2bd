"""Sentences about a council's mandate: confirmed, waiting, refused, ending, ended."""

import datetime as dt
from typing import NamedTuple

from django.utils.translation import gettext as _

from billing.models import CouncilMandate
from saas.kernel.display.writing import hour, shortdate

_State = CouncilMandate.State


class Standing(NamedTuple):
    """The status of a mandate: a badge, the reason for held money if any, and the next step."""

    badge: str
    tone: str
    why: str
    next_words: str
    holds_money: bool


def standing_of(
    until: dt.date | None,
    *,
    today: dt.date,
    ends_soon: bool,
    last_state: str,
    deadline_at: dt.datetime | None,
    reason: str,
) -> Standing:
    """Return the status of a mandate; the latest minutes determine the next step."""
    if until is not None and today <= until:
        return _confirmed(until, ends_soon=ends_soon, waits=last_state == _State.WAITING)
    why = (
        _("Le mandat du CSE a pris fin le %(day)s : la part attend une nouvelle élection.")
        % {"day": shortdate(until)}
        if until is not None
        else _("L’élection du CSE n’est pas encore confirmée : la part attend, rien n’est perdu.")
    )
    if last_state == _State.WAITING and deadline_at is not None:
        days = {"day": shortdate(deadline_at), "hour": hour(deadline_at)}
        words = _("Troovon lit le procès-verbal et répond avant le %(day)s à %(hour)s.") % days
        return Standing(_("À confirmer"), "warn", why, words, holds_money=True)
    if last_state == _State.REFUSED:
        words = _("Troovon a refusé le procès-verbal : « %(reason)s » Déposez-en un autre.")
        return Standing(_("Refusé"), "bad", why, words % {"reason": reason}, holds_money=True)
    words = _("Une personne du CSE dépose le procès-verbal de l’élection.")
    badge = _("Mandat terminé") if until is not None else _("Pas encore confirmé")
    return Standing(badge, "bad" if until is not None else "warn", why, words, holds_money=True)


def _confirmed(until: dt.date, *, ends_soon: bool, waits: bool) -> Standing:
    values = {"day": shortdate(until)}
    if not ends_soon:
        words = _("Le mandat va jusqu’au %(day)s.") % values
        return Standing(_("Confirmé"), "ok", "", words, holds_money=False)
    if waits:
        words = _("Le mandat va jusqu’au %(day)s ; le nouveau procès-verbal est lu.") % values
    else:
        words = (
            _(
                "Le mandat prend fin le %(day)s. Déposez le procès-verbal de la nouvelle élection "
                "avant ce jour : après, la part attend."
            )
            % values
        )
    return Standing(_("Fin de mandat proche"), "warn", "", words, holds_money=False)
