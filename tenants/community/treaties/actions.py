"""Members' questions to people of other spaces, and other spaces' items hidden here."""

import datetime as dt
from uuid import UUID

from django.db import transaction

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.notifying import settle
from saas.kernel.tasks import after_commit, call_after_commit, send
from tenants.community.treaties import rules, tasks
from tenants.community.treaties.models import HiddenItem, Question
from tenants.community.treaties.queries import sharing as queries
from tenants.community.treaties.queries import threads
from tenants.spaces.actions import treaties as spaces
from tenants.spaces.models import OpenClause, OpenItem
from tenants.spaces.queries import treaties as spaces_queries


@transaction.atomic
def ask(
    *,
    item: OpenItem,
    clause: OpenClause,
    text: str,
    key: UUID | None,
    by: User,
    at: dt.datetime,
) -> Question:
    """Write to the owner of another space's item; the same key returns the same message.

    A second message about an item continues the same thread.
    """
    already = queries.question_with_key(key, by=by) if key else None
    if already is not None:
        return already
    earlier = threads.thread_about(item.tenant_id, item.reference, person=by)
    question = Question(
        asker=by,
        giver_id=item.tenant_id,
        giver_slug=clause.slug,
        space_name=clause.name,
        other_name=item.author,
        item_reference=item.reference,
        title=item.title,
    )
    question.thread = earlier.thread if earlier else question.reference
    return _send(question, text=text, key=key, at=at)


@transaction.atomic
def answer(
    *, thread: str, text: str, key: UUID | None, by: User, at: dt.datetime
) -> Question | None:
    """Write another message in a thread; return None if the thread is not the user's."""
    already = queries.question_with_key(key, by=by) if key else None
    if already is not None:
        return already
    last = threads.latest_in(thread, person=by)
    if last is None:
        return None
    question = Question(
        asker=by,
        thread=thread,
        giver_id=last.giver_id,
        giver_slug=last.giver_slug,
        space_name=last.space_name,
        other_name=last.other_name,
        item_reference=last.item_reference,
        title=last.title,
    )
    settle(rules.about_thread(thread), to=[by.pk], at=at)
    return _send(question, text=text, key=key, at=at)


def _send(question: Question, *, text: str, key: UUID | None, at: dt.datetime) -> Question:
    rules.check_text(text)
    closed = threads.is_closed(question.thread, person=question.asker)
    rules.check_not_closed(is_closed=closed)
    question.text, question.asked_at, question.idempotency_key = text.strip(), at, key
    question.full_clean()
    question.save()
    after_commit(tasks.send_question, question.pk)
    return question


@transaction.atomic
def mark_read(*, thread: str, by: User, at: dt.datetime) -> None:
    """Mark the arrived messages of a thread as read."""
    threads.unread_in(thread, person=by).update(read_at=at)
    settle(rules.about_thread(thread), to=[by.pk], at=at)


@transaction.atomic
def close(*, thread: str, by: User, at: dt.datetime) -> None:
    """End an exchange: the other person's next messages are returned to them."""
    threads.messages_of(by).filter(thread=thread, closed_at=None).update(closed_at=at)


@transaction.atomic
def conceal(*, reference: str, hidden: bool, at: dt.datetime) -> None:
    """Hide a neighbour's item from this space, or show it again; the neighbour is not notified.

    Called by moderation.
    """
    named = rules.named_by(reference)
    if named is None:
        return
    giver_id, item_reference = named
    if hidden:
        HiddenItem.objects.get_or_create(
            giver_id=giver_id, item_reference=item_reference, defaults={"hidden_at": at}
        )
    else:
        HiddenItem.objects.filter(giver_id=giver_id, item_reference=item_reference).delete()


@transaction.atomic
def forget_questions(*, at: dt.datetime) -> int:
    """Delete old questions; return how many. Called by the scheduled task."""
    return queries.old_questions(at=at).delete()[0]


@transaction.atomic
def erase(*, by: User, at: dt.datetime) -> list[str]:
    """Delete a person's questions to neighbours, including their copies in public."""
    own = Question.objects.filter(asker=by)
    gone = list(own.values_list("reference", flat=True))
    begun = set(own.values_list("thread", "giver_id"))
    own.delete()
    here = schema.current()

    def take_back() -> None:
        with schema.in_public():
            spaces.take_back_enquiries(schema_name=here, references=gone, at=at)
            schemas = spaces_queries.open_schemas({giver for _thread, giver in begun})
        for thread, giver in sorted(begun):
            if giver in schemas:
                send(tasks.forget_received, thread, space=schemas[giver])

    call_after_commit(take_back)
    return gone
