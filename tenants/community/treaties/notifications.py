"""News of other spaces: treaties, undeliverable questions; and neighbours' enquiries.

A neighbour's enquiry is not a notification: it contains the contact that they chose to give, is not
stored here, and is mailed regardless of the reader's settings.
"""

from collections.abc import Sequence

from django.urls import reverse
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import mail
from saas.kernel.notifying import Event, Kind, notify, settle, written
from tenants.community.treaties import rules, wording
from tenants.community.treaties.models import Question
from tenants.spaces.models import OwnEnquiry, OwnTreaty, Treaty


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


def mail_enquiry(enquiry: OwnEnquiry, author: User, *, url: str) -> None:
    """Mail a question to the author of an item, with the contact that the asker chose to give."""
    mail.send(
        to=author.email,
        template="neighbour_asks",
        language=author.language,
        context={
            "first_name": author.first_name,
            "enquiry": enquiry,
            "url": url,
        },
    )


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
