"""Words about thanks, on screens."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def of_the_week(count: int) -> tuple[str, str]:
    """Return title and note of the slide that counts the thanks of a week."""
    title = ngettext(
        "%(count)d merci entre collègues cette semaine",
        "%(count)d mercis entre collègues cette semaine",
        count,
    ) % {"count": count}
    return title, _("Un coup de main rendu, ça se dit.")
