"""A member's exchanges with people of other spaces."""

from typing import NamedTuple

from django.db.models import QuerySet
from django.urls import reverse

from saas.accounts.models import User
from saas.kernel.display.people import tone_of
from saas.kernel.offers.inbox import InboxLine
from tenants.community.treaties.models import Question
from tenants.spaces.models import OwnEnquiry

MOST_SHOWN = 60
MOST_LISTED = 50


class Exchange(NamedTuple):
    """An exchange as its page shows it; `item_url` is empty for an item that is gone."""

    reference: str
    title: str
    name: str
    space_name: str
    messages: list[Question]
    is_closed: bool
    item_url: str


def messages_of(person: User) -> QuerySet[Question]:
    """List all messages between a member and people of other spaces, the latest first."""
    return Question.objects.filter(asker=person).order_by("-asked_at", "-pk")


def latest_in(thread: str, *, person: User) -> Question | None:
    """Return the last message of a member's thread, if the thread is theirs."""
    return messages_of(person).filter(thread=thread).first()


def thread_about(giver_id: int, item_reference: str, *, person: User) -> Question | None:
    """Return the last message of a member's exchange about another space's item."""
    return messages_of(person).filter(giver_id=giver_id, item_reference=item_reference).first()


def is_closed(thread: str, *, person: User) -> bool:
    """Return True if a member has closed a thread."""
    return messages_of(person).filter(thread=thread, closed_at__isnull=False).exists()


def page(thread: str, *, viewer: User, item_url: str) -> Exchange:
    """Return a member's thread with its latest messages, the oldest first."""
    rows = list(messages_of(viewer).filter(thread=thread)[:MOST_SHOWN])[::-1]
    last = rows[-1]
    return Exchange(
        reference=thread,
        title=last.title,
        name=last.other_name,
        space_name=last.space_name,
        messages=rows,
        is_closed=any(row.closed_at for row in rows),
        item_url=item_url,
    )


def receiver(enquiry: OwnEnquiry) -> User | None:
    """Return the member who already has a part in the enquiry's thread, unless they closed it."""
    rows = Question.objects.filter(thread=enquiry.thread, giver_id=enquiry.asker_space)
    known = rows.select_related("asker").order_by("pk").first()
    if known is None or not known.asker.is_active or is_closed(known.thread, person=known.asker):
        return None
    return known.asker


def is_known(enquiry: OwnEnquiry) -> bool:
    """Return True if the thread of an enquiry has begun here."""
    rows = Question.objects.filter(thread=enquiry.thread, giver_id=enquiry.asker_space)
    return rows.exists()


def is_answer(question: Question) -> bool:
    """Return True unless a message is the first of its thread."""
    return question.thread != question.reference


def inbox_lines(person: User) -> list[InboxLine]:
    """List a member's threads for the inbox, each by its latest message."""
    latest: dict[str, Question] = {}
    unread: dict[str, int] = {}
    for row in messages_of(person)[: MOST_LISTED * 4]:
        latest.setdefault(row.thread, row)
        is_new = row.state == Question.State.ARRIVED and row.read_at is None
        unread[row.thread] = unread.get(row.thread, 0) + is_new
    return [_line(row, unread[row.thread]) for row in list(latest.values())[:MOST_LISTED]]


def _line(row: Question, unread: int) -> InboxLine:
    return InboxLine(
        url=reverse("treaties:thread", args=[row.thread]),
        title=row.title,
        name=row.other_name,
        note=row.space_name,
        badge="",
        colour="",
        tone=tone_of(row.giver_id),
        text=row.text,
        mine=row.state != Question.State.ARRIVED,
        when=row.asked_at,
        unread=unread,
    )


def unread_in(thread: str, *, person: User) -> QuerySet[Question]:
    """List the messages of a thread that a member has not read."""
    return Question.objects.filter(
        asker=person, thread=thread, state=Question.State.ARRIVED, read_at=None
    )


def received(thread: str) -> QuerySet[Question]:
    """List the copies of messages that came from another space in a thread."""
    return Question.objects.filter(thread=thread, state=Question.State.ARRIVED)
