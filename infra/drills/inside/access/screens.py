"""Screens of the two spaces of tests, and their managers' messages, for routes to show."""

import datetime as dt

from saas.accounts.models import User
from tenants.community.kiosk.actions import loop as loop_actions
from tenants.community.kiosk.actions import screens as screen_actions
from tenants.community.kiosk.rules import screens as rules

A_DAY = dt.timedelta(days=1)


def of_managers(by: User, at: dt.datetime) -> dict[str, str]:
    """Pair two screens, shape the day and write a message; name each."""
    return {
        "own screen": _screen("Hall", by, at),
        "spare screen": _screen("Cantine", by, at),
        "own day part": _day_part("Midi", by, at),
        "spare day part": _day_part("Nuit", by, at),
        "own message": _message(by, at),
    }


def foreign(by: User, at: dt.datetime) -> dict[str, str]:
    """Do the same in the other space."""
    return {
        "foreign screen": _screen("Quai", by, at),
        "foreign day part": _day_part("Soir", by, at),
        "foreign message": _message(by, at),
    }


def _screen(name: str, by: User, at: dt.datetime) -> str:
    pairing, _claim = screen_actions.show_code(at=at)
    name = f"{name} {by.reference}"  # every round of a drill uses the same space
    placing = rules.Placing(name=name, site_id=None, group="", turn="none")
    return screen_actions.pair(code=pairing.code, placing=placing, by=by, at=at).reference


def _day_part(name: str, by: User, at: dt.datetime) -> str:
    part = rules.PartOfDay(name, 127, 11 * 60, 14 * 60, "play", {}, "")
    return loop_actions.set_day_part(part=part, by=by, at=at).reference


def _message(by: User, at: dt.datetime) -> str:
    words = rules.Words("Bienvenue", "", "", False, at, at + A_DAY)  # noqa: FBT003 - in their order
    return loop_actions.write_message(words=words, by=by, at=at).reference
