"""Scopes of a merchant's tokens."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from saas.kernel.errors import Refused

CODES, CAMPAIGNS, CATALOGUE = "codes:write", "campaigns:read", "catalogue:read"
SCOPES: dict[str, Promise] = {
    CODES: gettext_lazy("Vérifier et prendre les codes"),
    CAMPAIGNS: gettext_lazy("Lire les campagnes et leurs chiffres"),
    CATALOGUE: gettext_lazy("Lire la page, les offres, les services voisins"),
}
MOST_TOKENS = 20


def check_scopes(scopes: Iterable[str]) -> str:
    """Return the scopes as stored. Raises Refused if there is no scope, or an unknown one."""
    chosen = [scope for scope in SCOPES if scope in set(scopes)]
    if not chosen or set(scopes) - set(chosen):
        raise Refused(_("Choisissez ce que le jeton ouvre."), field="scopes")
    return " ".join(chosen)


def check_room(count: int) -> None:
    """Raise Refused if a shop has as many tokens in use as it may have."""
    if count >= MOST_TOKENS:
        raise Refused(_("Révoquez d’abord un jeton\u00a0: une boutique en a vingt au plus."))
