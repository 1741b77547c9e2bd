"""Texts on the screens, and notices to their managers."""

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _

from saas.kernel.display.writing import shortdate
from saas.kernel.notifying import Words
from saas.kernel.offers.screen_hooks import SILENT_FOR, SoldOnScreens
from tenants.community.kiosk.models import Screen


def house_slide_words() -> tuple[str, str]:
    """Return the title and note of the house slide."""
    return _("Entre collègues\u00a0: annonces, prêts, activités"), _("Scannez pour entrer.")


def shown_elsewhere() -> str:
    """Return the error for a second browser with the same screen's token."""
    return _("Cet écran est déjà affiché ailleurs. Dissociez-le, puis associez celui-ci.")


def is_frozen(screen: Screen) -> Words:
    """Return the notice to managers that a screen is frozen."""
    return Words(
        title=_("«\u00a0%(name)s\u00a0» est figé") % {"name": screen.name[:60]},
        text=_(
            "Cet écran affiche toujours la même image\u00a0: un message prioritaire n’y passerait "
            "pas. Rechargez sa page, ou redémarrez l’appareil."
        ),
        action=_("Voir l’écran"),
    )


def is_silent(screen: Screen, seen_at: dt.datetime, sold: Sequence[SoldOnScreens]) -> Words:
    """Return the notice to managers of a silent screen: its paid placements and the deadline."""
    longest = max(sold, key=lambda one: one.ends_on)
    return Words(
        title=_("«\u00a0%(name)s\u00a0» ne donne plus signe") % {"name": screen.name[:60]},
        text=_(
            "Rien de cet écran depuis le %(since)s, et «\u00a0%(title)s\u00a0» (%(payer)s) y est "
            "payée jusqu’au %(day)s. Rallumez-le avant le %(until)s\u00a0: au-delà il n’est plus "
            "vendu, et si aucun autre n’est allumé, les jours perdus sont rendus aux commerces et "
            "retirés au CSE."
        )
        % {
            "since": shortdate(seen_at),
            "title": longest.title,
            "payer": longest.payer,
            "day": shortdate(longest.ends_on),
            "until": shortdate(seen_at + SILENT_FOR),
        },
        action=_("Voir l’écran"),
    )
