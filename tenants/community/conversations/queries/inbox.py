"""A person's conversations as lists, for pages and for the API."""

from collections.abc import Collection
from operator import attrgetter
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from saas.accounts.models import User
from saas.kernel import hooks
from saas.kernel.display.people import tone_of
from saas.kernel.offers.inbox import InboxLine, inbox_lines
from tenants.community.conversations.models import Conversation, Meeting, Message
from tenants.community.conversations.queries.talks import (
    conversations_of,
    open_meetings_of,
    other_of,
    unread_by,
)

MOST_LISTED = 100


def inbox(person: User) -> list[InboxLine]:
    """List a person's conversations and other rooms' exchanges, the latest message first."""
    rows: list[Any] = list(listing(person)[:MOST_LISTED])
    cards = hooks.cards_of([other_of(row, person).pk for row in rows])
    own = [_listed(row, person, cards.get(other_of(row, person).pk)) for row in rows]
    others = [line for lines in inbox_lines.ask(person) for line in lines]
    return sorted([*own, *others], key=attrgetter("when"), reverse=True)


def listing(person: User) -> QuerySet[Conversation]:
    """List a person's conversations with their last message and the number of unread messages."""
    last = Message.objects.filter(conversation=OuterRef("pk")).order_by("-sent_at", "-pk")
    unread = (
        Message.objects.filter(unread_by(person), conversation=OuterRef("pk"))
        .order_by()
        .values("conversation")
        .annotate(count=Count("pk"))
        .values("count")
    )
    rows = conversations_of(person).annotate(
        text=Subquery(last.filter(hidden_at=None).values("text")[:1]),
        last_author=Subquery(last.values("author")[:1]),
        unread=Coalesce(Subquery(unread), 0),
    )
    return rows.order_by("-last_message_at", "-pk")


def messages_in(conversation: Conversation) -> QuerySet[Message]:
    """List the messages of a conversation, the latest first."""
    return Message.objects.filter(conversation=conversation).order_by("-sent_at", "-pk")


def meetings(person: User) -> QuerySet[Meeting]:
    """List a person's proposed and agreed meetings, the next first."""
    rows = open_meetings_of(person).select_related("conversation", "proposer")
    return rows.order_by("starts_at", "pk")


def meetings_by_conversation(
    conversations: Collection[Conversation], person: User
) -> dict[int, list[Meeting]]:
    """Return the proposed and agreed meetings of some conversations, with a single query."""
    found: dict[int, list[Meeting]] = {}
    for row in meetings(person).filter(conversation__in=[one.pk for one in conversations]):
        found.setdefault(row.conversation_id, []).append(row)
    return found


def _listed(row: Any, person: User, card: hooks.PersonCard | None) -> InboxLine:
    other = other_of(row, person)
    return InboxLine(
        url=row.get_absolute_url(),
        title=row.subject_title,
        name=card.short_name if card else other.short_name,
        note=card.company if card else "",
        badge=card.badge if card else "",
        colour=card.colour if card else "",
        tone=tone_of(other.pk),
        text=row.text or "",
        mine=row.last_author == person.pk,
        when=row.last_message_at,
        unread=row.unread,
    )
