"""How often something may be tried, counted in the broker's store for all processes."""

from django.utils.translation import gettext as _

from saas.kernel import cache
from saas.kernel.errors import Refused


def check(name: str, key: str, *, most: int, per_seconds: int) -> None:
    """Count a try. Raises Refused once there were more than `most` in the period.

    A store that is down counts nothing: people go on, and the log tells of it.
    """
    if cache.counted(f"limit:{name}:{key}", seconds=per_seconds) > most:
        minutes = max(1, per_seconds // 60)
        raise Refused(_("Trop d’essais. Réessayez dans %(minutes)d min.") % {"minutes": minutes})
