"""Reasons why VAT is owed or not, as merchants and operators read them."""

import datetime as dt

from django.utils.translation import gettext as _

from saas.catalogue.merchants.models import Merchant
from saas.catalogue.merchants.rules.vat import MOVED_FOR, Known, Standing
from saas.kernel.display.writing import hour, shortdate


def in_words(merchant: Merchant, standing: Standing, known: Known) -> str:
    """Return the explanation to a merchant of the VAT charged and of the next steps."""
    words = {"number": merchant.vat_number, **_moments(merchant, known)}
    sentences = {
        Standing.FRENCH: "",
        Standing.IN_FRANCE: _(
            "La TVA française s’applique\u00a0: votre entreprise a un établissement en France (sa "
            "boutique ou un SIREN), quel que soit son numéro de TVA (CGI, article 259, 1°)."
        ),
        Standing.MOVED: _(
            "La TVA française s’applique jusqu’au %(moved)s\u00a0: votre boutique ou votre adresse "
            "se trouvait en France il y a peu (CGI, article 259, 1°). Ensuite, votre numéro de TVA "
            "compte dès qu’il est confirmé."
        ),
        Standing.ASKING: _(
            "Nous demandons au registre européen (VIES) de confirmer votre numéro %(number)s. "
            "D’ici là, la TVA française est facturée\u202f; sa réponse vaut dès la commande "
            "suivante."
        ),
        Standing.UNREACHABLE: _(
            "Le registre européen (VIES) n’a pas répondu le %(last)s au sujet de votre numéro "
            "%(number)s\u00a0: nous lui redemandons %(next)s. D’ici là, la TVA française est "
            "facturée\u202f; sa réponse vaut dès la commande suivante."
        ),
        Standing.REFUSED: _(
            "Le registre européen (VIES) ne connaît pas votre numéro %(number)s (réponse du "
            "%(decisive)s)\u00a0: la TVA française est facturée. Corrigez-le sur votre page, ou "
            "faites-le activer par votre administration fiscale pour les échanges dans l’Union, "
            "puis redemandez. Une réponse favorable vaut dès la commande suivante."
        ),
        Standing.LAPSED: _(
            "La confirmation de votre numéro %(number)s par le registre européen (VIES) date du "
            "%(decisive)s et ne vaut plus. Nous la redemandons %(next)s\u202f; d’ici là, la TVA "
            "française est facturée."
        ),
        Standing.CONFIRMED: _(
            "Le registre européen (VIES) a confirmé votre numéro %(number)s le %(decisive)s\u00a0: "
            "votre entreprise doit la TVA dans son pays (CGI, article 283-2)."
        ),
    }
    return sentences[standing] % words


def _moments(merchant: Merchant, known: Known) -> dict[str, str]:
    soon = _("dès que possible")
    until = merchant.in_france_until
    return {
        "moved": shortdate(until + MOVED_FOR) if until else "",
        "last": _moment(known.last.asked_at) if known.last else "",
        "decisive": _moment(known.decisive.asked_at) if known.decisive else "",
        "next": _("le %(moment)s") % {"moment": _moment(merchant.vat_ask_at)}
        if merchant.vat_ask_at
        else soon,
    }


def _moment(at: dt.datetime) -> str:
    return _("%(day)s à %(hour)s") % {"day": shortdate(at), "hour": hour(at)}


def short_words(standing: Standing) -> str:
    """Return the short label of a VAT status, for the console's list."""
    words = {
        Standing.FRENCH: _("TVA française"),
        Standing.IN_FRANCE: _("Boutique en France"),
        Standing.MOVED: _("En France il y a peu"),
        Standing.ASKING: _("Numéro à confirmer"),
        Standing.UNREACHABLE: _("VIES ne répond pas"),
        Standing.REFUSED: _("Numéro inconnu de VIES"),
        Standing.LAPSED: _("Confirmation trop ancienne"),
        Standing.CONFIRMED: _("Numéro confirmé"),
    }
    return words[standing]


def is_unknown() -> str:
    """Return the first page's message that VIES does not recognise the merchant's number."""
    return _("Le registre européen (VIES) ne connaît pas votre numéro de TVA\u00a0: elle est due.")
