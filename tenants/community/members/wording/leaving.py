"""Sentences for somebody who wants to be erased, about what has to be handed on first."""

from django.utils.translation import gettext as _


def nobody_else_administers() -> str:
    """Say that the space would be without an administrator."""
    return _("Personne d’autre n’administre l’espace\u00a0: donnez d’abord ce rôle à quelqu’un.")


def no_other_treasurer() -> str:
    """Say that a council's money would be in nobody's hands."""
    return _("Personne d’autre ne tient l’argent du CSE\u00a0: nommez d’abord quelqu’un.")
