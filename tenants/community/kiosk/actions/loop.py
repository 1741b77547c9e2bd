"""Actions on the loop: day-parts, messages, and hidden, reordered or more frequent slides."""

import datetime as dt

from django.db import transaction

from saas.accounts.models import User
from saas.kernel import hooks
from tenants.community.kiosk.models import Arrangement, DayPart, ScreenMessage
from tenants.community.kiosk.queries import screens as queries
from tenants.community.kiosk.queries import sold
from tenants.community.kiosk.rules import screens as rules


@transaction.atomic
def set_day_part(
    *, part: rules.PartOfDay, existing: DayPart | None = None, by: User, at: dt.datetime
) -> DayPart:
    """Create or update a day-part; a new day-part is appended after the existing day-parts.

    Raises Refused if a paid placement would no longer be shown in any of its hours.
    """
    rules.check_manages(hooks.duties_of(by))
    shown = sold.sold_and_shown(at)
    rules.check_part(part)
    rows = queries.day_parts()
    rules.check_few_parts(len(rows))
    found = existing or DayPart(position=max((row.position for row in rows), default=0) + 1)
    for name, value in part._asdict().items():
        setattr(found, name, value)
    found.made_by, found.made_at = by, at
    found.full_clean()
    found.save()
    rules.check_still_shown(shown - sold.sold_and_shown(at))
    return found


@transaction.atomic
def move_day_part(*, part: DayPart, up: bool, by: User, at: dt.datetime) -> None:
    """Swap a day-part with the day-part above or below it in order of precedence."""
    rules.check_manages(hooks.duties_of(by))
    shown, rows = sold.sold_and_shown(at), queries.day_parts()
    ordered = rules.swapped([row.pk for row in rows], part.pk, up=up)
    for row in rows:
        row.position = ordered.index(row.pk)
        row.save(update_fields=["position"])
    rules.check_still_shown(shown - sold.sold_and_shown(at))


@transaction.atomic
def remove_day_part(*, part: DayPart, by: User, at: dt.datetime) -> None:
    """Take a part of the day away."""
    rules.check_manages(hooks.duties_of(by))
    shown = sold.sold_and_shown(at)
    part.delete()
    rules.check_still_shown(shown - sold.sold_and_shown(at))


@transaction.atomic
def write_message(*, words: rules.Words, by: User, at: dt.datetime) -> ScreenMessage:
    """Create a message for the screens; an urgent message replaces the loop on all of them."""
    duties = hooks.duties_of(by)
    rules.check_writes(duties)
    rules.check_words(words, at=at)
    message = ScreenMessage(
        origin=rules.origin_of(duties), author=by, made_at=at, **words._asdict()
    )
    message.full_clean()
    message.save()
    return message


@transaction.atomic
def withdraw_message(*, message: ScreenMessage, by: User, at: dt.datetime) -> None:
    """Take a message off the screens; twice changes nothing."""
    rules.check_may_withdraw(message, hooks.duties_of(by), by.pk)
    if message.withdrawn_at is None:
        message.withdrawn_at = at
        message.save(update_fields=["withdrawn_at"])


@transaction.atomic
def arrange(
    *,
    kind: str,
    reference: str,
    verb: str,
    order: list[str],
    by: User,
    at: dt.datetime,
) -> None:
    """Hide a slide, show it again, change its weight, or move it in the loop.

    `order` is the loop as the manager saw it: a move fixes the positions of all slides before it.
    """
    rules.check_manages(hooks.duties_of(by))
    rules.check_verb(verb, kind)
    if verb in rules.MOVES:
        _move(f"{kind}:{reference}", order, up=verb == "up", by=by, at=at)
        return
    row = _arrangement(kind, reference, by=by, at=at)
    row.is_hidden = {"hide": True, "show": False}.get(verb, row.is_hidden)
    row.weight = rules.weight_after(row.weight, verb)
    row.full_clean()
    row.save()


def _move(name: str, order: list[str], *, up: bool, by: User, at: dt.datetime) -> None:
    for position, each in enumerate(rules.swapped(order, name, up=up)):
        kind, _, reference = each.partition(":")
        row = _arrangement(kind, reference, by=by, at=at)
        row.position = position
        row.full_clean()
        row.save()


def _arrangement(kind: str, reference: str, *, by: User, at: dt.datetime) -> Arrangement:
    row = queries.arrangement_for_change(kind, reference)
    row = row or Arrangement(kind=kind, reference=reference)
    row.set_by, row.set_at = by, at
    return row
