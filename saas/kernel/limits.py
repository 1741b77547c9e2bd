"""How often something may be tried, counted in the broker's store for all processes."""

from django.core.cache import cache
from django.utils.translation import gettext as _

from saas.kernel.errors import Refused


def check(name: str, key: str, *, most: int, per_seconds: int) -> None:
    """Count a try. Raises Refused once there were more than `most` in the period."""
    counter = f"limit:{name}:{key}"
    cache.add(counter, 0, timeout=per_seconds)
    try:
        tries = cache.incr(counter)
    except ValueError:  # the period ended between the two calls
        return
    if tries > most:
        minutes = max(1, per_seconds // 60)
        raise Refused(_("Trop d’essais. Réessayez dans %(minutes)d min.") % {"minutes": minutes})
