"""Sentences about a deal."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from saas.kernel.display import writing
from tenants.community.deals.models import Deal


def confirmed(count: int) -> str:
    """Return the label with the number of confirming colleagues."""
    if not count:
        return _("Bon plan")
    return ngettext(
        "Confirmé par %(count)d collègue", "Confirmé par %(count)d collègues", count
    ) % {"count": count}


def note_of(deal: Deal) -> str:
    """Return what a colleague decides by: the category, the last day, the author."""
    until = _("jusqu’au %(day)s") % {"day": writing.day(deal.ends_on)}
    return f"{deal.get_category_display()} · {until} · {deal.author.short_name}"
