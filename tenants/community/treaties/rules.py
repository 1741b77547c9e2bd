"""Rules of treaties: the right to decide, the forwarded data, and the display of items."""

import datetime as dt
from collections.abc import Collection

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from saas.kernel import schema
from saas.kernel.errors import NotAllowed, Refused
from saas.kernel.hooks import Duty
from tenants.spaces.models import Category, Treaty

ADMINISTRATOR = Duty("administrator", None)
LONGEST_TEXT = 500
LONGEST_NUMBER = 19
SENT_AGAIN = dt.timedelta(minutes=5)
ANSWERED_WITHIN = dt.timedelta(days=14)
QUESTION_RETENTION = dt.timedelta(days=60)

SYMBOLS: dict[str, str] = {
    Category.THINGS: "tag",
    Category.LOANS: "hand-helping",
    Category.SERVICES: "wrench",
    Category.WANTED: "search",
    Category.GATHERINGS: "calendar-days",
    Category.RIDES: "car",
}
TONES: dict[str, str] = {Treaty.State.PROPOSED: "warn", Treaty.State.ACCEPTED: "ok"}


def about(reference: str) -> str:
    """Return the key of a treaty's notifications."""
    return f"treaty:{reference}"


def judges(duties: Collection[Duty]) -> bool:
    """Return True if the person moderates all of the space, and so the neighbours' items in it."""
    return Duty("moderator", None) in duties


def reported_as(giver_id: int, reference: str) -> str:
    """Return the name of a neighbour's thing in a report: references are unique in a space only."""
    return f"{giver_id}-{reference}"


def named_by(reported: str) -> tuple[int, str] | None:
    """Return the space and the item's reference in a report, if it names both."""
    giver, _, reference = reported.partition("-")
    if not (giver.isascii() and giver.isdigit() and len(giver) < LONGEST_NUMBER and reference):
        return None
    return int(giver), reference


def check_decides(duties: Collection[Duty]) -> None:
    """Raise NotAllowed unless the user administers all of the space."""
    if ADMINISTRATOR not in duties:
        raise NotAllowed(
            _("Les accords entre espaces sont l’affaire de l’administration de tout l’espace.")
        )


def check_text(text: str) -> None:
    """Raise Refused if a question has no text."""
    if not text.strip():
        raise Refused(_("Écrivez quelques mots."), field="text")


def check_not_closed(*, is_closed: bool) -> None:
    """Raise Refused if the member has closed this exchange."""
    if is_closed:
        raise Refused(_("Vous avez mis fin à cet échange."), field="text")


def about_thread(thread: str) -> str:
    """Return the key of a thread's notifications."""
    return f"neighbour-thread:{thread}"


def copy_name(source: str) -> str:
    """Return the name of the copy of a private picture: always the same, and never guessed."""
    token = salted_hmac("neighbours.picture", source, algorithm="sha256").hexdigest()[:40]
    return f"{schema.PUBLIC}/neighbours/{token}.webp"


def token_in(name: str) -> str:
    """Return the token for the address of a copied picture."""
    return name.rpartition("/")[2].removesuffix(".webp")


def name_of_token(token: str) -> str:
    """Return the name of the copied picture of an address."""
    return f"{schema.PUBLIC}/neighbours/{token}.webp"
