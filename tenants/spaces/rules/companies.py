"""How a company of a park may be told from the others."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from saas.kernel.display.accent import SEED
from saas.kernel.errors import NotAllowed, Refused

LONGEST_BADGE = 12


def check_is_of_space(schema_name: str, by_schema: str) -> None:
    """Refuse to dress a company of another space."""
    if schema_name != by_schema:
        raise NotAllowed(_("Cette entreprise n’est pas de votre espace."))


def check_badge(badge: str, others: Collection[str]) -> None:
    """Refuse a badge that nobody could read, or that another company here has."""
    if len(badge) > LONGEST_BADGE or not badge.isprintable():
        raise Refused(
            _("Un insigne a %(most)d signes lisibles au plus.") % {"most": LONGEST_BADGE},
            field="badge",
        )
    if badge and badge.casefold() in {other.casefold() for other in others}:
        raise Refused(_("Une autre entreprise d’ici porte déjà cet insigne."), field="badge")


def check_colour(colour: str) -> None:
    """Refuse what is not a colour; which one does not matter, it is made readable."""
    if colour and not SEED.fullmatch(colour):
        raise Refused(_("Une couleur s’écrit comme #0b5f63."), field="colour")
