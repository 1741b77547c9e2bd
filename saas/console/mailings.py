"""The letter with a code that an operator sends to the address of a shop."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from saas.catalogue.merchants.models import JoinRequest
from saas.catalogue.merchants.rules import joining
from saas.kernel.display.printing import draw
from saas.kernel.display.writing import shortdate
from saas.kernel.values import seller as sellers
from tenants.spaces.hosts import public_url

LANGUAGE = "fr"
HALF = joining.CODE_FIGURES // 2


def mailing_of(request: JoinRequest) -> bytes:
    """Return the letter of a request as PDF. Raises ValueError when no code was begun."""
    if request.posted_at is None:
        raise ValueError(f"{request.reference} has no code")
    with translation.override(LANGUAGE), timezone.override(settings.PAGE_TIME_ZONE):
        return draw("letter", _words(request, posted_at=request.posted_at), at=request.posted_at)


def _words(request: JoinRequest, *, posted_at: dt.datetime) -> dict[str, Any]:
    shop, code = request.merchant, joining.code_of(request)
    url = public_url(reverse("merchants:join", urlconf=settings.PUBLIC_SCHEMA_URLCONF))
    return {
        "title": _("Code pour %(shop)s") % {"shop": shop.name},
        "heading": _("Votre code pour rejoindre la boutique"),
        "author": sellers.identity()["name"],
        "description": _("Lettre à l’adresse d’une boutique"),
        "lang": LANGUAGE,
        "region": "fr",
        "brand": "Troovon",
        "number": request.reference,
        "footer": sellers.identity()["name"],
        "address": [shop.name, shop.legal_name, shop.street, f"{shop.postcode} {shop.city}"],
        "code": f"{code[:HALF]}\u00a0{code[HALF:]}",
        "before": [
            _(
                "Une personne s’est inscrite sur Troovon pour la boutique "
                "«\u00a0%(shop)s\u00a0» et demande à la tenir. Si c’est vous, ou quelqu’un de "
                "chez vous, ce code le montre\u00a0:"
            )
            % {"shop": shop.name},
        ],
        "after": [
            _("Tapez-le ici, une fois connecté\u00a0: %(url)s") % {"url": url},
            _("Il vaut jusqu’au %(day)s.") % {"day": shortdate(posted_at + joining.CODE_LASTS)},
            _(
                "Si vous n’attendez rien de tel, gardez cette lettre pour vous\u00a0: sans le "
                "code, personne ne rejoint votre boutique."
            ),
        ],
    }
