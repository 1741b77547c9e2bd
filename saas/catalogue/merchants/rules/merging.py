"""Rules of merging a shop that was signed up twice."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from saas.catalogue.merchants.models import Merchant
from saas.kernel.errors import Refused


def check_pair(double: Merchant, into: Merchant | None) -> Merchant:
    """Return the shop that a double goes into. Raises Refused unless spaces see that shop."""
    if double.merged_into_id is not None:
        raise Refused(_("Ce commerce est déjà fusionné."))
    if into is None:
        raise Refused(_("Aucun commerce n’a cette référence."), field="into")
    if into.pk == double.pk:
        raise Refused(_("Choisissez l’autre commerce, celui qui reste."), field="into")
    if into.state != Merchant.State.PUBLISHED:
        raise Refused(_("Le commerce qui reste doit être publié."), field="into")
    return into


def check_nothing_is_paid_for(names: Collection[str]) -> None:
    """Raise Refused while campaigns, payments or subscriptions of a double go on."""
    if names:
        raise Refused(
            _("Arrêtez d’abord, ou laissez finir\u00a0: %(names)s.") % {"names": ", ".join(names)}
        )


def check_not_merged(merchant: Merchant) -> None:
    """Raise Refused for a double: the shop that it was merged into stays."""
    if merchant.merged_into_id is not None:
        raise Refused(_("Ce double est fusionné\u00a0: il ne revient pas."))
