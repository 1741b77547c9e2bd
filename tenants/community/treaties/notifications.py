"""News of other spaces: treaties, answers that did not come; and a neighbour's enquiry.

What a neighbour asks is an enquiry and no news: it holds the contact that they chose to give,
stands nowhere here, and is sent whatever its reader chose.
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
    """Tell those who administer this space where a treaty stands, and where to decide.

    What is proposed waits for them until it is decided; any other news ends that.
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
    """Tell those who administer this space that another was deleted, and the treaty with it."""
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
    """Hand somebody's words to the author of a thing, with the contact that they chose to give."""
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
    """Tell a member that nobody will answer their question."""
    event = Event(
        key=f"question-refused:{question.pk}",
        kind=Kind.NEIGHBOURS,
        path=reverse("treaties:board"),
        about=f"question:{question.pk}",
        words=lambda: written("neighbour_gone", {"title": question.title}),
    )
    notify(event, to=[question.asker_id], at=timezone.now())
