"""Sellers through the platform, and other people with the reason (DAC7).

CGI, art. 1649 ter A to E, from directive 2011/16/EU as changed by directive (EU) 2021/514, annex V:
section I, A, defines platforms, relevant activities and consideration, and B the sellers. It is our
reading, to be confirmed by a lawyer.
"""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_ADVERTISED = _("CGI, art. 1649 ter A\u202f; directive 2011/16/UE, annexe V, section I, A, 1, b")
_UNKNOWN = _("CGI, art. 1649 ter A\u202f; directive 2011/16/UE, annexe V, section I, A, 10")
_ACTIVITY = _("CGI, art. 1649 ter A\u202f; directive 2011/16/UE, annexe V, section I, A, 8")


class Role(NamedTuple):
    """A kind of people on the platform, sellers or not, with the reason and its source."""

    who: str | Promise
    is_seller: bool
    why: str | Promise
    source: str | Promise


ROLES = (
    Role(
        _("Commerçants"),
        is_seller=False,
        why=_("Ils achètent nos placements et ne vendent rien ici\u00a0: leur caisse encaisse."),
        source=_ADVERTISED,
    ),
    Role(
        _("CSE"),
        is_seller=False,
        why=_(
            "Leur part est un achat de Troovon, payé par Troovon\u00a0: ni location, ni service à "
            "un membre, ni vente de biens."
        ),
        source=_ACTIVITY,
    ),
    Role(
        _("Membres qui vendent par une petite annonce"),
        is_seller=False,
        why=_(
            "Ils se paient entre eux\u00a0: nous affichons l’annonce et ignorons ce qui est payé."
        ),
        source=_UNKNOWN,
    ),
    Role(
        _("Membres qui rendent un service"),
        is_seller=False,
        why=_("Le prix se règle hors de la plateforme, et elle ne le connaît pas."),
        source=_UNKNOWN,
    ),
    Role(
        _("Conducteurs d’un covoiturage"),
        is_seller=False,
        why=_("Ils partagent des frais, sans gain et hors de la plateforme."),
        source=_UNKNOWN,
    ),
    Role(
        _("Membres qui prêtent un objet"),
        is_seller=False,
        why=_("Un prêt est gratuit\u00a0: il n’y a pas de contrepartie."),
        source=_UNKNOWN,
    ),
)
