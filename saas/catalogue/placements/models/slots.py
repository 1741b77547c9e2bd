"""The slots of a space that show placements: a row each, read by all that sells and shows them."""

from collections.abc import Callable, Collection
from enum import Enum
from typing import Any, Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SECONDS_SOLD = 600
"""Seconds of every hour of a screen that are sold, a sixth of it."""
SECONDS_EACH = 60
MOST_AT_ONCE = SECONDS_SOLD // SECONDS_EACH


class Slot:
    """The values of the slots, as rows and addresses hold them."""

    HOME_FEED: Final = "home_feed"
    NEIGHBOURHOOD: Final = "neighbourhood"
    KIOSK: Final = "kiosk"
    SHELF: Final = "shelf"
    DIGEST: Final = "digest"


class Shown(Enum):
    """How members meet the placements of a slot."""

    IN_TURN = "in_turn"  # on a page, a few of them in turn
    BESIDE = "beside"  # on a page, each beside its own thing
    ON_SCREENS = "on_screens"
    BY_MAIL = "by_mail"


class SlotTerms(NamedTuple):
    """The terms on which a slot is sold and shown.

    `module` is the room that shows it: a space that has switched it off sells nothing there. A
    slot `by_screen` is charged for each screen, by part of the day, and counts plays; the others
    for each hundred people, and count views and clicks. `places` returns how many ads the slot of
    a `SpaceInventory` holds at once, None if it shows nothing now; without `places` there is no
    limit. `empty_since` is the inventory's column with the start of a time without display, and
    `stock` the column with what is left to show.
    """

    label: str | Promise
    shown: Shown
    note: str | Promise = ""
    module: str = ""
    by_screen: bool = False
    places: Callable[[Any], int | None] | None = None
    empty_since: str = ""
    stock: str = ""


SLOTS: dict[str, SlotTerms] = {
    Slot.HOME_FEED: SlotTerms(
        _("Fil d’accueil"),
        Shown.IN_TURN,
        _("Parmi les nouvelles que les membres lisent d’abord."),
    ),
    Slot.NEIGHBOURHOOD: SlotTerms(
        _("Page du quartier"),
        Shown.IN_TURN,
        _("Là où l’on cherche un commerce ou une offre."),
    ),
    Slot.KIOSK: SlotTerms(
        _("Écrans du hall"),
        Shown.ON_SCREENS,
        _("Dix secondes, une minute par heure, sur chaque écran."),
        module="kiosk",
        by_screen=True,
        places=lambda inventory: MOST_AT_ONCE if inventory.screens else None,
        empty_since="dark_since",
        stock="screens",
    ),
    Slot.SHELF: SlotTerms(
        _("Médiathèque"),
        Shown.BESIDE,
        _("Votre nom sur un média que vous offrez à lire."),
        module="mediastore",
        places=lambda inventory: None if inventory.bare_since else inventory.shelf_places,
        empty_since="bare_since",
        stock="shelf_places",
    ),
    Slot.DIGEST: SlotTerms(
        _("Résumé par e-mail"),
        Shown.BY_MAIL,
        _("Une ligne au bas de l’e-mail du matin."),
    ),
}


def choices() -> list[tuple[str, str | Promise]]:
    """Return the slots with their names, as fields offer them."""
    return [(slot, terms.label) for slot, terms in SLOTS.items()]


def name_of(slot: str) -> str:
    """Return a slot's name in the active language."""
    return str(SLOTS[slot].label)


def is_by_screen(slot: str) -> bool:
    """Return True if a slot is charged for each screen, and counts plays."""
    return SLOTS[slot].by_screen


def limited() -> list[str]:
    """Return the slots that hold only so many ads at once."""
    return [slot for slot, terms in SLOTS.items() if terms.places]


def closable() -> list[str]:
    """Return the slots that a space may lack: of a limited number, or of a room that may be off."""
    return [slot for slot, terms in SLOTS.items() if terms.places or terms.module]


def empty_columns() -> dict[str, str]:
    """Return, by slot, the inventory's column with the start of a time without display."""
    return {slot: terms.empty_since for slot, terms in SLOTS.items() if terms.empty_since}


def of_modules(labels: Collection[str]) -> list[str]:
    """Return the slots of some rooms, by the labels of the rooms."""
    return [slot for slot, terms in SLOTS.items() if terms.module in labels]


def shown(*ways: Shown) -> list[str]:
    """Return the slots that members meet in some ways."""
    return [slot for slot, terms in SLOTS.items() if terms.shown in ways]
