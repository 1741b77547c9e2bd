"""A campaign's report as PDF, with the figures of its page."""

import datetime as dt
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from saas.catalogue.placements import wording
from saas.catalogue.placements.models import Campaign
from saas.catalogue.placements.queries.campaigns import row_of
from saas.catalogue.placements.queries.summaries import Summary, summary_of
from saas.catalogue.placements.rules.campaigns import today
from saas.kernel.display import printing
from saas.kernel.display.writing import eur, shortdate

_NOTHING = "–"


def pdf_of(campaign: Campaign, *, at: dt.datetime) -> bytes:
    """Draw the report of a paid campaign in the reader's language."""
    return printing.draw("campaign", _words(campaign, summary_of(campaign), at), at=at)


def _words(campaign: Campaign, summary: Summary, at: dt.datetime) -> dict[str, Any]:
    language = (get_language() or "fr")[:2]
    period = row_of(campaign, today(at)).period
    days = f"{shortdate(period.starts_on)} – {shortdate(period.ends_on)}" if period else ""
    figures = [
        [stat.title, " · ".join(filter(None, (stat.value, stat.note)))] for stat in summary.stats
    ]
    return {
        "title": campaign.headline,
        "heading": campaign.headline,
        "author": "Troovon",
        "description": _("Ce qu’elle a apporté"),
        "lang": language,
        "region": "gb" if language == "en" else "fr",
        "number": campaign.reference,
        "footer": campaign.merchant.name,
        "brand": "Troovon",
        "badge": "",
        "warning": "",
        "period": f"{campaign.merchant.name} · {days}",
        "facts": figures,
        "places_title": _("Par espace et par emplacement"),
        "columns": [
            _("Espace"),
            _("Emplacement"),
            _("Vues"),
            _("Clics"),
            _("Passages"),
            _("Prix HT"),
            _("Prix d’un clic"),
        ],
        "places": [[cell or _NOTHING for cell in row] for row in summary.places],
        "councils_title": _("Ce qui revient aux CSE"),
        "council_columns": [_("CSE"), _("Montant")],
        "councils": [[part.council, eur(part.cents)] for part in summary.councils],
        "method": wording.how_views_count(),
    }
