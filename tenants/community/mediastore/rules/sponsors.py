"""Rules of paid places on the shelf: how many there are, and on which media."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from saas.kernel.errors import Refused

MOST_PLACES = 3
# By default a shelf takes sponsors: the council gets a share of their payments, too.
USUAL_PLACES = 3


def check_places(places: int) -> None:
    """Refuse more places than a shelf has: it is there to be read."""
    if not 0 <= places <= MOST_PLACES:
        raise Refused(_("De 0 à %(most)d places.") % {"most": MOST_PLACES}, field="places")


def check_carries(*, is_on_shelf: bool) -> None:
    """Refuse a medium that members do not see."""
    if not is_on_shelf:
        raise Refused(_("Choisissez un média qui est en rayon."), field="medium")


def assign_media(
    sponsors: Sequence[str], *, chosen: Mapping[str, int], newest: Sequence[int]
) -> dict[str, int]:
    """Return the medium of each sponsor: the chosen medium, else the newest without a sponsor.

    If every medium has a sponsor, the newest carries two: a paid place is shown as long as the
    shelf has any medium.
    """
    carried = {each: chosen[each] for each in sponsors if each in chosen}
    for each in sponsors:
        if each not in carried and newest:
            free = (medium for medium in newest if medium not in carried.values())
            carried[each] = next(free, newest[0])
    return carried
