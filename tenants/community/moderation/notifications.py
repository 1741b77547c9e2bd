"""Notifications about cases: for moderators, for the item's owner, for the reporters."""

import datetime as dt
from collections.abc import Callable, Iterable

from django.urls import reverse

from saas.kernel.notifying import Event, Kind, Words, notify, settle
from tenants.community.moderation import wording
from tenants.community.moderation.models import Case, Decision
from tenants.community.moderation.rules import cases as rules


def call_moderators(case: Case, *, to: Iterable[int], at: dt.datetime) -> None:
    """Notify moderators of a case to decide; an appeal is a separate event."""
    event = Event(
        key=f"moderation:{case.pk}:{case.state}",
        kind=Kind.DUTIES,
        path=reverse("moderation:case", args=[case.reference]),
        words=lambda: wording.waiting(case),
        about=_about(case),
        deadline=at + rules.DECIDED_WITHIN,
        until_done=True,
    )
    notify(event, to=to, at=at)


def call_administrators(case: Case, *, to: Iterable[int], at: dt.datetime) -> None:
    """Notify administrators that no moderator may decide a case, without its subject."""
    event = Event(
        key=f"moderation:{case.pk}:{case.state}:nobody",
        kind=Kind.DUTIES,
        path=reverse("members:people"),
        words=wording.nobody_decides,
        about=_about(case),
        deadline=at + rules.DECIDED_WITHIN,
        until_done=True,
    )
    notify(event, to=to, at=at)


def notify_hidden(case: Case, *, at: dt.datetime) -> None:
    """Notify the owner that three reports have hidden the item until a decision."""
    _notify_side(case, "hidden", lambda: wording.hidden(case), to=_owner(case), at=at)


def notify_decided(
    case: Case, decision: Decision, *, owner: bool, reporters: Iterable[int], at: dt.datetime
) -> None:
    """Notify both parties of a decision; the owner only if it concerns a case visible to them."""
    settle(_about(case), at=at)
    if owner:
        words = lambda: wording.decided_for_owner(case, decision)  # noqa: E731 - called by language
        _notify_side(case, decision.instance, words, to=_owner(case), at=at)
    _notify_side(
        case,
        f"{decision.instance}:reported",
        lambda: wording.decided_for_reporter(case, decision),
        to=reporters,
        at=at,
    )


def _notify_side(
    case: Case, turn: str, words: Callable[[], Words], *, to: Iterable[int], at: dt.datetime
) -> None:
    event = Event(
        key=f"moderation:{case.pk}:{turn}",
        kind=Kind.DECISIONS,
        path=case.get_absolute_url(),
        words=words,
        about=f"moderation-side:{case.reference}",
    )
    notify(event, to=to, at=at)


def _owner(case: Case) -> list[int]:
    return [] if case.owner_id is None else [case.owner_id]


def _about(case: Case) -> str:
    return f"moderation:{case.reference}"
