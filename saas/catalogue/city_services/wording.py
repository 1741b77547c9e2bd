"""Sentences about a file of city services that cannot be read."""

from django.utils.translation import gettext as _

from saas.kernel.sandbox.openers.limits import MOST_SERVICES
from saas.kernel.sandbox.verdicts import HEAVY


def why_unread(failure: str) -> str:
    """Return why a file of services could not be read, with the remedy."""
    sentences = {
        "empty": _("Ce fichier est vide."),
        "too_many": _("Ce fichier a plus de %(most)d lignes\u00a0: coupez-le en deux.")
        % {"most": MOST_SERVICES},
        "no_geojson": _(
            "Ce fichier n’est pas un GeoJSON\u00a0: il lui faut une liste «\u00a0features\u00a0»."
        ),
        HEAVY: _(
            "Ce fichier demande trop de mémoire ou de temps\u00a0: nous l’avons essayé deux fois. "
            "Coupez-le en deux."
        ),
    }
    return sentences.get(failure) or _("Ce fichier ne se lit pas.")
