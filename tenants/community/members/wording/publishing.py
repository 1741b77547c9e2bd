"""The eight kinds of posting as the page shows them, and the form of each."""

from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from saas.kernel import modules


class Kind(NamedTuple):
    """A kind of posting: its words and the form that it opens."""

    symbol: str
    verb: str | Promise
    text: str | Promise
    page: str
    value: str = ""
    field: str = "title"


class Way(NamedTuple):
    """A kind of posting as a link, with the typed words in its form."""

    key: str
    symbol: str
    verb: str
    text: str
    url: str


KINDS = {
    "sell": Kind("tag", _("Vendre"), _("un objet, à votre prix"), "classifieds:post", "sell"),
    "give": Kind("gift", _("Donner"), _("à qui passe le prendre"), "classifieds:post", "give"),
    "lend": Kind("hand-helping", _("Prêter"), _("il vous revient"), "lending:offer"),
    "wanted": Kind(
        "search",
        pgettext_lazy("annonce", "Chercher"),
        _("un objet, un coup de main"),
        "classifieds:post",
        "wanted",
    ),
    "service": Kind(
        "wrench", _("Rendre service"), _("garde, cours, retouches"), "classifieds:post", "service"
    ),
    "ride": Kind("car", _("Partager un trajet"), _("aller, retour"), "rides:offer", "", "note"),
    "gathering": Kind(
        "calendar-days",
        _("Proposer une activité"),
        _("sport, repas, sortie"),
        "gatherings:announce",
    ),
    "deal": Kind("ticket", _("Partager un bon plan"), _("code, lien, adresse"), "deals:post"),
}


def ways(words: str) -> dict[str, Way]:
    """Return the kinds that the space uses, each with the form that the words fill."""
    return {
        key: Way(key, one.symbol, str(one.verb), str(one.text), _url(one, words))
        for key, one in KINDS.items()
        if modules.is_used(one.page.partition(":")[0])
    }


def _url(kind: Kind, words: str) -> str:
    values = {"kind": kind.value, kind.field: words}
    query = urlencode({name: value for name, value in values.items() if value})
    url = reverse(kind.page)
    return f"{url}?{query}" if query else url
