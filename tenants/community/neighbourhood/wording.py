"""Words about the neighbourhood: on screens, and about reports of merchants and ads."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from saas.kernel.notifying import Words
from tenants.community.neighbourhood.models import MemberReport


class HouseAd(NamedTuple):
    """Words of a house ad, and the page that it leads to."""

    title: str
    text: str
    link: str
    leads_to: str


def house_ads() -> list[HouseAd]:
    """Return the house ads, which take turns day by day in empty slots."""
    return [
        HouseAd(
            _("Un commerce d’à côté que vous aimez\u202f?"),
            _("Parlez-lui de Troovon\u00a0: ses annonces ici rapportent à votre CSE."),
            _("Ce que Troovon propose aux commerces"),
            "merchants",
        ),
        HouseAd(
            _("Ici, les annonces rapportent à votre CSE"),
            _("Une part de ce que paient les commerces voisins lui revient chaque mois."),
            _("Ce qu’elles ont rapporté"),
            "council",
        ),
    ]


def where_it_comes_from() -> str:
    """Return the sentence about the origin of the amount on a slide."""
    return _("Grâce aux commerces voisins.")


def own_shop() -> str:
    """Return the sentence that people of a shop do not recommend it."""
    return _("Vous faites partie de ce commerce\u00a0: laissez vos collègues le recommander.")


def marked(change: str) -> str:
    """Return the confirmation of a mark."""
    return {
        "recommend": _("C’est compté, sans votre nom. Merci pour vos collègues\u202f!"),
        "unrecommend": _("Votre recommandation est retirée."),
        "follow": _("Vous suivez ce commerce\u00a0: ses nouvelles offres vous parviennent."),
        "unfollow": _("Vous ne suivez plus ce commerce."),
    }[change]


def offer_begins(offer: str, shop: str) -> Words:
    """Return the notification that a followed shop has a new offer."""
    title = _("Une nouvelle offre chez %(shop)s") % {"shop": shop}
    return Words(title, offer, _("Voir l’offre"))


def reported_already() -> str:
    """Return the sentence that the member has already reported it."""
    return _("Vous l’avez déjà signalé\u00a0: Troovon le verra.")


def no_longer_there() -> str:
    """Return the sentence that the reported item was removed meanwhile."""
    return _("Ce commerce ou cette annonce n’est plus visible\u00a0: rien n’est à signaler.")


def answered(own_report: MemberReport) -> Words:
    """Return the notification of operators' answer to a member's report."""
    sentence = (
        _("Vous aviez signalé «\u00a0%(title)s\u00a0». Troovon l’a retiré\u00a0: %(why)s")
        if own_report.outcome == MemberReport.Outcome.REMOVED
        else _(
            "Vous aviez signalé «\u00a0%(title)s\u00a0». Troovon l’a gardé en ligne\u00a0: %(why)s"
        )
    )
    text = sentence % {"title": own_report.title, "why": own_report.answer}
    return Words(_("Votre signalement a sa réponse"), text, _("Lire la réponse"))
