"""Ideas for the first posts of a new space, by the kinds of content still missing."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from saas.kernel.errors import Refused

FEW = 4
"""Things in the feed below which ideas are shown."""


class Idea(NamedTuple):
    """A suggestion for a first post, its form, and the text pre-filled there."""

    symbol: str
    title: str | Promise
    text: str | Promise
    page: str
    kind: str = ""
    filled: str | Promise = ""


# Keyed by the space's columns for existing content (`home_hooks.begun_columns`).
IDEAS = {
    "thing": Idea(
        "hand-helping",
        _("Une perceuse dort chez vous ?"),
        _("Prêtez-la : chacun n’en a besoin que dix minutes par an."),
        "lending:offer",
        filled=_("Perceuse-visseuse"),
    ),
    "classified": Idea(
        "gift",
        _("Un livre que vous ne relirez pas ?"),
        _("Donnez-le : il sera lu dès ce soir."),
        "classifieds:post",
        kind="give",
        filled=_("Livre à donner"),
    ),
    "gathering": Idea(
        "utensils",
        _("Qui déjeune ensemble cette semaine ?"),
        _("Un lieu, une heure : la table se remplit toute seule."),
        "gatherings:announce",
        kind="lunch",
    ),
    "ride": Idea(
        "car",
        _("Une place libre dans votre voiture ?"),
        _("Dites de quel quartier vous venez, jamais votre adresse."),
        "rides:offer",
    ),
}


def check_is_one(key: str) -> None:
    """Raise Refused if the key is not among these ideas."""
    if key not in IDEAS:
        raise Refused(gettext("Cette idée n’existe pas."))
