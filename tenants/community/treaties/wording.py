"""Labels of shared items' kinds, and of the units of their prices."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from saas.kernel.notifying import Words
from tenants.spaces.models import Category

KINDS: dict[str, Promise] = {
    "sell": gettext_lazy("À vendre"),
    "give": gettext_lazy("À donner"),
    "lend": gettext_lazy("À emprunter"),
    "rent": gettext_lazy("À louer"),
    "swap": gettext_lazy("À échanger"),
    "wanted": gettext_lazy("Recherché"),
    "service": gettext_lazy("Service"),
    "sport": gettext_lazy("Sport"),
    "lunch": gettext_lazy("Repas"),
    "outing": gettext_lazy("Sortie"),
    "workshop": gettext_lazy("Atelier"),
    "driver": pgettext_lazy("trajet", "Places libres"),
    "passenger": gettext_lazy("Place recherchée"),
}
KIND_SYMBOLS: dict[str, str] = {
    "sell": "tag",
    "give": "gift",
    "lend": "hand-helping",
    "rent": "key-round",
    "swap": "repeat",
    "wanted": "search",
    "service": "wrench",
    "sport": "dumbbell",
    "lunch": "utensils",
    "outing": "ticket",
    "workshop": "palette",
    "driver": "car",
    "passenger": "hand-helping",
}
PER: dict[str, Promise] = {
    "hour": gettext_lazy("/h"),
    "day": gettext_lazy("/jour"),
    "month": gettext_lazy("/mois"),
}


def is_gone() -> Words:
    """Return the notification that a space was deleted, and the treaty with it."""
    return Words(
        title=_("Un accord entre espaces a pris fin"),
        text=_("L’espace voisin a été supprimé\u00a0: votre accord avec lui n’existe plus."),
        action=_("Voir les accords"),
    )


def in_words(categories: Iterable[str]) -> list[str]:
    """Return the labels of categories, in their usual order."""
    held = set(categories)
    return [str(category.label) for category in Category if category.value in held]
