"""News of other spaces: treaties, and neighbours' messages, arrived or undeliverable."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel.notifying import Event, Kind, notify, settle, written
from tenants.community.treaties import rules, wording
from tenants.community.treaties.models import Question
from tenants.spaces.models import OwnTreaty, Treaty


def notify_treaty(treaty: OwnTreaty, administrators: Sequence[User]) -> None:
    """Notify this space's administrators of a treaty's state, with its page.

    A proposal is a task until it is decided; any later news closes the task.
    """
    at = timezone.now()
    waits = treaty.state == Treaty.State.PROPOSED
    settle(rules.about(treaty.reference), at=at)
    event = Event(
        key=f"treaty:{treaty.reference}:{treaty.state}",
        kind=Kind.DUTIES,
        path=reverse("treaties:treaty", args=[treaty.reference]),
        about=rules.about(treaty.reference),
        deadline=at + rules.ANSWERED_WITHIN if waits else None,
        until_done=waits,
        words=lambda: written("treaty", {"treaty": treaty}),
    )
    notify(event, to=[one.pk for one in administrators], at=at)


def notify_gone(reference: str, administrators: Sequence[User]) -> None:
    """Notify this space's administrators that another space was deleted, and the treaty with it."""
    at = timezone.now()
    settle(rules.about(reference), at=at)
    event = Event(
        key=f"treaty:{reference}:gone",
        kind=Kind.DUTIES,
        path=reverse("treaties:treaties"),
        about=rules.about(reference),
        words=wording.is_gone,
    )
    notify(event, to=[one.pk for one in administrators], at=at)


def notify_message(question: Question) -> None:
    """Notify a member of a message from another space, without its content."""
    context = {
        "name": question.other_name,
        "space": question.space_name,
        "title": question.title,
    }
    event = Event(
        key=f"neighbour-message:{question.pk}",
        kind=Kind.MESSAGES,
        path=reverse("treaties:thread", args=[question.thread]),
        about=rules.about_thread(question.thread),
        words=lambda: written("neighbour_message", context),
    )
    notify(event, to=[question.asker_id], at=timezone.now())


def notify_refused(question: Question) -> None:
    """Notify a member that their question cannot be answered."""
    event = Event(
        key=f"question-refused:{question.pk}",
        kind=Kind.NEIGHBOURS,
        path=reverse("treaties:board"),
        about=f"question:{question.pk}",
        words=lambda: written("neighbour_gone", {"title": question.title}),
    )
    notify(event, to=[question.asker_id], at=timezone.now())
