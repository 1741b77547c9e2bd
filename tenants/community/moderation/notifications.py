"""Events of cases: for who may decide, for whose the thing is, for who reported it."""

import datetime as dt
from collections.abc import Callable, Iterable

from django.urls import reverse

from saas.kernel.notifying import Event, Kind, Words, notify, settle
from tenants.community.moderation import wording
from tenants.community.moderation.models import Case, Decision
from tenants.community.moderation.rules import cases as rules


def call_moderators(case: Case, *, to: Iterable[int], at: dt.datetime) -> None:
    """Tell who may decide that a case waits for them; a second look is another event."""
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
    """Tell who gives roles that nobody may decide a case, without a word of what it is about."""
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
    """Tell whose it is that three reports have hidden a thing until somebody has looked."""
    _notify_side(case, "hidden", lambda: wording.hidden(case), to=_owner(case), at=at)


def notify_decided(
    case: Case, decision: Decision, *, owner: bool, reporters: Iterable[int], at: dt.datetime
) -> None:
    """Tell both sides what was decided; the owner only of what they knew or now see changed."""
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
