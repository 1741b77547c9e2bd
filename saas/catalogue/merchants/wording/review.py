"""Sentences about a shop's page: whether spaces see it, or until when operators have."""

import datetime as dt

from django.utils.translation import gettext as _

from saas.catalogue.merchants.models import JoinRequest, Merchant
from saas.kernel.display.writing import hour, shortdate


def _until(due_at: dt.datetime) -> dict[str, str]:
    return {"day": shortdate(due_at), "hour": hour(due_at)}


def review_note(merchant: Merchant) -> tuple[str, str]:
    """Return the review message of the shop's page and its tone; empty strings without a review."""
    due_at = merchant.review_due_at
    if merchant.state == Merchant.State.WAITING and due_at is not None:
        words = _(
            "Votre page est vue par Troovon avant d’être montrée aux espaces, au plus tard le "
            "%(day)s à %(hour)s. Vous pouvez déjà la corriger."
        )
        return words % _until(due_at), "warn"
    if merchant.state == Merchant.State.REFUSED:
        words = _("À corriger avant de publier de nouveau\u00a0: %(reason)s")
        return words % {"reason": merchant.review_reason}, "bad"
    if merchant.proposed and due_at is not None:
        words = _(
            "Vos changements sont vus par Troovon avant d’être montrés, au plus tard le %(day)s à "
            "%(hour)s. D’ici là, les espaces voient la page d’avant."
        )
        return words % _until(due_at), "warn"
    if merchant.review_reason and merchant.state == Merchant.State.PUBLISHED:
        words = _("Vos derniers changements n’ont pas été retenus\u00a0: %(reason)s")
        return words % {"reason": merchant.review_reason}, "bad"
    return "", ""


def saved(merchant: Merchant, *, publishes: bool) -> str:
    """Return the message after a shop's page was saved."""
    if merchant.state == Merchant.State.WAITING or merchant.proposed:
        return review_note(merchant)[0]
    if publishes and merchant.state == Merchant.State.PUBLISHED:
        return _("Votre page est publiée\u00a0: les espaces autour de vous la voient.")
    return _("Votre page est enregistrée.")


def join_note(request: JoinRequest) -> str:
    """Return the message that the shop exists already, with the deadline of the join request."""
    words = {"shop": request.merchant.name, **_until(request.due_at)}
    return (
        _(
            "«\u00a0%(shop)s\u00a0» existe déjà avec ce numéro à cette adresse. Votre demande de "
            "la rejoindre est partie\u00a0: sa ou son responsable répond, ou Troovon au vu d’un "
            "justificatif, avant le %(day)s."
        )
        % words
    )
