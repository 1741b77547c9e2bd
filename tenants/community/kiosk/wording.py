"""Sentences on screens themselves."""

from django.utils.translation import gettext as _


def house_slide_words() -> tuple[str, str]:
    """Return title and note of the slide that is always there."""
    return _("Entre collègues\u00a0: annonces, prêts, activités"), _("Scannez pour entrer.")


def shown_elsewhere() -> str:
    """Tell a second browser that one screen is one device."""
    return _("Cet écran est déjà affiché ailleurs. Dissociez-le, puis associez celui-ci.")
