"""Rules of councils' refusals."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from saas.catalogue.placements.models import Refusal
from saas.kernel.errors import NotAllowed, Refused


def check_refusal(*, names_one: bool, reason: str) -> None:
    """Raise Refused if a refusal lacks its subject or its reason."""
    if not names_one:
        raise Refused(
            _("Choisissez un commerce, une catégorie ou une annonce dans la liste."),
            field="target",
        )
    if not reason:
        raise Refused(_("Dites pourquoi\u00a0: le commerçant le lit."), field="reason")


def check_refusal_holds(refusal: Refusal | None) -> Refusal:
    """Return a refusal that holds. Raises Refused where it was taken back, or is another's."""
    if refusal is None or refusal.until is not None:
        raise Refused(_("Ce refus est déjà levé."))
    return refusal


def check_is_own(is_own: bool) -> None:  # noqa: FBT001 - the answer of the caller's query
    """Raise NotAllowed if a refusal is of another council of the space."""
    if not is_own:
        raise NotAllowed(_("Ce refus est celui d’un autre CSE : lui seul le lève."))


def check_not_refused(sentences: Collection[str]) -> None:
    """Raise Refused if the council of a chosen space refuses the ad."""
    for sentence in sentences:
        raise Refused(sentence, field="spaces")
