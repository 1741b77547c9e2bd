"""The words of a poster that lets colleagues join with their telephones."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from saas.kernel.display import qr
from saas.kernel.display.writing import shortdate
from tenants.community.members.models import Invitation
from tenants.spaces.models import OwnSite

SIZES = ("a4", "a3")
# Longer addresses are printed smaller, so that each keeps to a line.
_LARGE, _SMALL, _LONG = 20, 13, 46


def words_of(
    invitation: Invitation, *, name: str, site: OwnSite | None, url: str, size: str, accent: str
) -> dict[str, Any]:
    """Return what a poster of a link shows; `site` is the place where it hangs."""
    shown = url.partition("://")[2].rstrip("/")
    heading = _("Rejoignez %(name)s") % {"name": name}
    day = shortdate(invitation.expires_at)
    return {
        "size": size,
        "title": heading,
        "author": name,
        "description": _("Affiche d’invitation"),
        "lang": get_language() or "fr",
        "region": "fr",
        "brand": "Troovon",
        "accent": accent,
        "heading": heading,
        "site": site.name if site else "",
        "sentence": _("Entre collègues\u00a0: vendre, donner, prêter, se rendre service."),
        "qr": qr.vector(url),
        "alt": _("Code QR de l’adresse %(url)s") % {"url": shown},
        "scan": _("Scannez avec l’appareil photo du téléphone, ou recopiez\u00a0:"),
        "url": shown,
        "url-size": _SMALL if len(shown) > _LONG else _LARGE,
        "footer": _("Réservé aux personnes qui travaillent ici. Ce lien sert jusqu’au %(day)s.")
        % {"day": day},
    }
