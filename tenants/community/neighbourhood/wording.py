"""Words about the neighbourhood, on screens."""

from django.utils.translation import gettext as _


def where_it_comes_from() -> str:
    """Say who brought the council what a slide shows."""
    return _("Grâce aux commerces voisins.")
