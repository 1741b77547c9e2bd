"""Sentences for a member asking for their erasure, about duties to hand over first."""

from django.utils.translation import gettext as _


def nobody_else_administers() -> str:
    """Return the sentence that the space would have no administrator."""
    return _("Personne d’autre n’administre l’espace\u00a0: donnez d’abord ce rôle à quelqu’un.")


def no_other_treasurer() -> str:
    """Return the sentence that the council would have no treasurer."""
    return _("Personne d’autre ne tient l’argent du CSE\u00a0: nommez d’abord quelqu’un.")
