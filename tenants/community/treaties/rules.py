"""Rules of who decides over treaties, what is handed over, and how things are shown."""

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
LONGEST_CONTACT = 120
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
    """Name a treaty, as notifications know it."""
    return f"treaty:{reference}"


def judges(duties: Collection[Duty]) -> bool:
    """Say whether somebody moderates all of the space, and so what neighbours show to it."""
    return Duty("moderator", None) in duties


def reported_as(giver_id: int, reference: str) -> str:
    """Return the name of a neighbour's thing in a report: references are unique in a space only."""
    return f"{giver_id}-{reference}"


def named_by(reported: str) -> tuple[int, str] | None:
    """Return the space and the reference that a report names; nothing where it names none."""
    giver, _, reference = reported.partition("-")
    if not (giver.isascii() and giver.isdigit() and len(giver) < LONGEST_NUMBER and reference):
        return None
    return int(giver), reference


def check_decides(duties: Collection[Duty]) -> None:
    """Let only those who administer all of the space speak to other spaces."""
    if ADMINISTRATOR not in duties:
        raise NotAllowed(
            _("Les accords entre espaces sont l’affaire de l’administration de tout l’espace.")
        )


def check_text(text: str) -> None:
    """Refuse a question that says nothing."""
    if not text.strip():
        raise Refused(_("Écrivez quelques mots."), field="text")


def check_contact(contact: str) -> None:
    """Refuse a question to which there would be no answer."""
    if not contact.strip():
        raise Refused(
            _("Dites où l’on peut vous répondre : un numéro, une adresse, un bureau."),
            field="contact",
        )


def copy_name(source: str) -> str:
    """Return the name of the copy of a private picture: always the same, and never guessed."""
    token = salted_hmac("neighbours.picture", source, algorithm="sha256").hexdigest()[:40]
    return f"{schema.PUBLIC}/neighbours/{token}.webp"


def token_in(name: str) -> str:
    """Return what stands in the address of a copied picture."""
    return name.rpartition("/")[2].removesuffix(".webp")


def name_of_token(token: str) -> str:
    """Return the name of the copied picture of an address."""
    return f"{schema.PUBLIC}/neighbours/{token}.webp"
