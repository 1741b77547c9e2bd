"""Actions of managers on screens and their loop, and of the screens themselves."""

from tenants.community.kiosk.actions.loop import (
    arrange,
    move_day_part,
    remove_day_part,
    set_day_part,
    withdraw_message,
    write_message,
)
from tenants.community.kiosk.actions.screens import (
    Claimed,
    claim,
    forget_old,
    note_alive,
    pair,
    place,
    record_plays,
    show_code,
    unpair,
)

__all__ = [
    "Claimed",
    "arrange",
    "claim",
    "forget_old",
    "move_day_part",
    "note_alive",
    "pair",
    "place",
    "record_plays",
    "remove_day_part",
    "set_day_part",
    "show_code",
    "unpair",
    "withdraw_message",
    "write_message",
]
