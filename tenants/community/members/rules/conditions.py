"""Which conditions of use a member may accept, and whether they are asked to."""

from django.utils.translation import gettext as _

from saas.kernel.errors import Refused
from saas.kernel.values import legal


def check_newest(version: int) -> None:
    """Raise Refused if a newer version of the conditions of use is in force."""
    if not legal.is_current(legal.CGU, version):
        raise Refused(_("Une nouvelle version vient de paraître\u00a0: lisez-la d’abord."))


def must_accept(version: int | None) -> bool:
    """Return True if a member's acceptance is of an older version, or missing."""
    return version is not None and not legal.is_current(legal.CGU, version)
