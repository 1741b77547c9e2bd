"""Sentences about a deal."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def confirmed(count: int) -> str:
    """Return the label with the number of confirming colleagues."""
    if not count:
        return _("Bon plan")
    return ngettext(
        "Confirmé par %(count)d collègue", "Confirmé par %(count)d collègues", count
    ) % {"count": count}
