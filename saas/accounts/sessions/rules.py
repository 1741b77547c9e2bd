"""Lifetimes of sessions, and the names of a browser and its network on a page.

The lifetimes follow ASVS 5.0, 7.3.1 and 7.3.2, which ask for documented limits by risk. A member
reads classifieds on their own phone: idle after 14 days, over after 60. An operator moves money:
idle after 30 minutes, over after 12 hours, a working day.
"""

import datetime as dt
import ipaddress
import re
from typing import NamedTuple

from django.utils.translation import gettext as _

from saas.kernel.errors import Refused

# How long a password, a link or a code that was just given counts for grave acts (7.5.1, 7.5.3).
PROOF_LASTS = dt.timedelta(minutes=15)


class Limits(NamedTuple):
    """The two ends of a session, and how often its use is recorded."""

    idle: dt.timedelta
    absolute: dt.timedelta
    step: dt.timedelta


USUAL = Limits(dt.timedelta(days=14), dt.timedelta(days=60), dt.timedelta(minutes=15))
CONSOLE = Limits(dt.timedelta(minutes=30), dt.timedelta(hours=12), dt.timedelta(minutes=1))

_BROWSERS = (
    (r"\bEdg(?:e|A|iOS)?/", "Edge"),
    (r"\bOPR/", "Opera"),
    (r"\bSamsungBrowser/", "Samsung Internet"),
    (r"\b(?:Firefox|FxiOS)/", "Firefox"),
    (r"\b(?:Chrome|CriOS|Chromium|HeadlessChrome)/", "Chrome"),
    (r"\bSafari/", "Safari"),
)
_SYSTEMS = (
    (r"\biPhone\b", "iPhone"),
    (r"\biPad\b", "iPad"),
    (r"\bAndroid\b", "Android"),
    (r"\bWindows\b", "Windows"),
    (r"\bMac OS X\b|\bMacintosh\b", "Mac"),
    (r"\bCrOS\b", "Chromebook"),
    (r"\bLinux\b", "Linux"),
)


def device_of(user_agent: str) -> str:
    """Return a browser and its system, such as `Firefox, Windows`; empty if neither is known."""
    found = (
        next((name for pattern, name in known if re.search(pattern, user_agent)), "")
        for known in (_BROWSERS, _SYSTEMS)
    )
    return ", ".join(name for name in found if name)


def place_of(network: str) -> str:
    """Return a network without its last part, so that no page or mail shows a whole address."""
    try:
        parsed = ipaddress.ip_network(network)
    except ValueError:
        return ""
    if parsed.version == 4:  # noqa: PLR2004 - the version's own number
        return str(parsed.network_address).rpartition(".")[0] + ".x"
    groups = parsed.network_address.exploded.split(":")[:3]
    return ":".join(group.lstrip("0") or "0" for group in groups) + ":x"


def check_listed[S](session: S | None) -> S:
    """Raise Refused if the session to end is not among the person's open sessions."""
    if session is None:
        raise Refused(_("Cette session est déjà fermée."))
    return session
