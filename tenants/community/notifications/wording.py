"""Sentences about notifications: the kinds on the page of switches, and the space as an app."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from saas.kernel.display.writing import eur
from saas.kernel.offers.digest_hooks import DigestAd
from tenants.community.notifications.models import Kind
from tenants.spaces.hosts import SpaceCard

FIXED: dict[str, Promise] = {
    Kind.DECISIONS: gettext_lazy("Dans l’espace et par e-mail : toujours."),
    Kind.DUTIES: gettext_lazy("Dans l’espace : toujours."),
}
PAPER = "#f6f5f1"
ICON_SIZES = (192, 512)

HELP: dict[str, Promise] = {
    Kind.MESSAGES: gettext_lazy("Un collègue vous écrit ou vous propose un rendez-vous."),
    Kind.LOANS: gettext_lazy(
        "Demandes, remises, rappels et retours de ce que vous prêtez ou empruntez."
    ),
    Kind.GATHERINGS: gettext_lazy(
        "Une activité à laquelle vous venez change, est annulée ou approche."
    ),
    Kind.RIDES: gettext_lazy("Demandes de place, réponses, annulations, veille du départ."),
    Kind.CLASSIFIEDS: gettext_lazy("Une de vos annonces va se terminer."),
    Kind.SEARCHES: gettext_lazy("Du nouveau correspond à une recherche que vous avez enregistrée."),
    Kind.THANKS: gettext_lazy("On vous remercie, ou quelqu’un vient d’arriver."),
    Kind.NEIGHBOURS: gettext_lazy("Ce qui touche aux espaces voisins."),
    Kind.DUTIES: gettext_lazy("Demandes à confirmer, accords à décider, signalements à traiter."),
    Kind.DECISIONS: gettext_lazy(
        "Décisions motivées sur ce que vous avez publié ou signalé : toujours envoyées."
    ),
    Kind.SPACE: gettext_lazy(
        "Annonces, objets, activités, trajets et bons plans que vous pouvez voir."
    ),
}


def paid_by(ad: DigestAd) -> str:
    """Return the payer of a digest's ad, and this month's amount for the reader's council."""
    values = {
        "payer": ad.payer,
        "amount": eur(ad.brought_cents),
        "council": ad.council_name,
    }
    if not ad.brought_cents:
        return _("Payé par %(payer)s. Une part revient à votre CSE.") % values
    if not ad.council_name:
        return (
            _(
                "Payé par %(payer)s. Cette annonce a rapporté %(amount)s ce mois-ci"
                " aux CSE de cet espace, ensemble."
            )
            % values
        )
    return (
        _(
            "Payé par %(payer)s. Cette annonce a rapporté %(amount)s à votre CSE"
            " (%(council)s) ce mois-ci."
        )
        % values
    )


def page_of_last_visit() -> str:
    """Return the note above a page that a browser has kept."""
    return _("Pas de réseau : page de votre dernière visite.")


def manifest(space: SpaceCard) -> dict[str, Any]:
    """Return a space as a phone installs it: its name, colour, icons and shortest ways."""
    icons = [
        {
            "src": static(f"{name}-{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for name, purpose in (("icon", "any"), ("maskable", "maskable"))
        for size in ICON_SIZES
    ]
    with translation.override(space.language):
        ways = (
            (_("Publier"), "members:publish"),
            (_("À moi"), "members:own"),
            (_("Messages"), "conversations:inbox"),
            (_("Mes prêts"), "lending:loans"),
            (_("Notifications"), "notifications:lists"),
        )
        return {
            "id": "/",
            "name": space.name,
            "short_name": space.name[:12].strip(),
            "description": _("L’espace de vos collègues."),
            "lang": space.language,
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": PAPER,
            "theme_color": space.accent,
            "icons": icons,
            "shortcuts": [{"name": name, "url": reverse(url)} for name, url in ways],
        }
