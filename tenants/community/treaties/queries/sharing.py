"""Traffic between spaces under a treaty: copies in a direction, questions in the other."""

import datetime as dt
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from saas.accounts.models import User
from saas.kernel import hooks, modules
from tenants.community.treaties import rules
from tenants.community.treaties.models import Question
from tenants.spaces.models import OwnEnquiry
from tenants.spaces.rules import treaties as spaces

MOST_LEFT = 20
MOST_ENQUIRIES = 200


class Shared(NamedTuple):
    """The items that this space shares: the copies, and where their pictures are now."""

    copies: list[spaces.Copy]
    sources: dict[str, str]


class AskedAbout(NamedTuple):
    """The author of a thing that a neighbour asks about, and its page in this space."""

    author: User
    url: str


def to_share(given: frozenset[str], *, at: dt.datetime) -> Shared:
    """Return this space's items for its neighbours, in the categories given to them."""
    if not given or not modules.is_used("treaties"):
        return Shared([], {})
    offered = [one for one in hooks.offered_items.collect(at) if one.category in given]
    cards = hooks.cards_of(one.author_id for one in offered)
    return Shared(
        copies=[_copy(one, cards[one.author_id]) for one in offered if one.author_id in cards],
        sources={one.reference: one.picture for one in offered if one.picture},
    )


def _copy(one: hooks.OfferedItem, author: hooks.PersonCard) -> spaces.Copy:
    return spaces.Copy(
        category=one.category,
        reference=one.reference,
        kind=one.kind,
        title=one.title,
        description=one.description,
        price_cents=one.price_cents,
        price_unit=one.price_unit,
        place=one.place,
        author=author.short_name,
        company=author.company,
        created_at=one.created_at,
        expires_at=one.expires_at,
        starts_at=one.starts_at,
    )


def question_with_key(key: UUID, *, by: User) -> Question | None:
    """Return the question that a member already asked with a form's idempotency key, if any."""
    return Question.objects.filter(idempotency_key=key, asker=by).first()


def enquiry_content(question: Question) -> spaces.EnquiryContent:
    """Return the content of a message to forward: its author's first name, and its text."""
    return spaces.EnquiryContent(
        thread=question.thread,
        item_reference=question.item_reference,
        title=question.title,
        asker=question.asker.first_name,
        text=question.text,
    )


def question_due(question_id: int) -> Question | None:
    """Take a question that was not handed over yet."""
    due = Question.objects.filter(pk=question_id, state=Question.State.DUE)
    return due.select_related("asker").select_for_update(of=("self",)).first()


def question_carried(reference: str) -> Question | None:
    """Return a forwarded question, locked, to notify its asker of a failure."""
    carried = Question.objects.filter(reference=reference, state=Question.State.CARRIED)
    return carried.select_related("asker").select_for_update(of=("self",)).first()


def questions_to_requeue(*, at: dt.datetime) -> list[int]:
    """Return questions with a job that may have been lost."""
    late = Question.objects.filter(state=Question.State.DUE, asked_at__lt=at - rules.SENT_AGAIN)
    return list(late.order_by("asked_at").values_list("pk", flat=True)[:MOST_LEFT])


def old_questions(*, at: dt.datetime) -> QuerySet[Question]:
    """Return questions past their retention period."""
    return Question.objects.filter(asked_at__lt=at - rules.QUESTION_RETENTION)


def enquiries() -> list[OwnEnquiry]:
    """Return neighbours' enquiries to members here, while their treaty is in force."""
    return list(OwnEnquiry.objects.order_by("sent_at")[:MOST_ENQUIRIES])


def enquiry(enquiry_id: int) -> OwnEnquiry | None:
    """Find an enquiry that still waits for this space."""
    return OwnEnquiry.objects.filter(pk=enquiry_id).first()


def asked_about(item_reference: str, *, at: dt.datetime) -> AskedAbout | None:
    """Return an item and its author, while neighbours may still see it."""
    items = [one for one in hooks.offered_items.collect(at) if one.reference == item_reference]
    authors = User.objects.filter(is_active=True).in_bulk([one.author_id for one in items])
    found = [one for one in items if one.author_id in authors]
    return AskedAbout(authors[found[0].author_id], found[0].url) if found else None
