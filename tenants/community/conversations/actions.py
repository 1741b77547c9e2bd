"""Actions of two colleagues in a conversation."""

import datetime as dt
from uuid import UUID

from django.db import transaction

from saas.accounts.models import User
from saas.kernel import hooks
from saas.kernel.tasks import after_commit
from tenants.community.conversations import queries, rules, tasks
from tenants.community.conversations.models import Conversation, Message


@transaction.atomic
def begin(
    *,
    subject: hooks.Subject,
    reference: str,
    text: str,
    slot: dt.time | None = None,
    key: UUID | None = None,
    by: User,
    at: dt.datetime,
) -> Conversation:
    """Write to somebody about their thing; a second time goes on in the same conversation."""
    rules.check_not_own(subject.owner_id, by.pk)
    rules.check_slot(slot)
    conversation = queries.about(subject.kind, reference, asker=by)
    if conversation is None:
        rules.check_may_begin(is_open=subject.open)
        conversation, _ = Conversation.objects.get_or_create(
            subject_kind=subject.kind,
            subject_reference=reference,
            asker=by,
            defaults={
                "owner_id": subject.owner_id,
                "subject_title": subject.title,
                "begun_at": at,
                "last_message_at": at - dt.timedelta(microseconds=1),
            },
        )
    send(conversation=conversation, text=rules.with_slot(text, slot), key=key, by=by, at=at)
    return conversation


@transaction.atomic
def send(
    *,
    conversation: Conversation,
    text: str,
    key: UUID | None = None,
    by: User,
    at: dt.datetime,
) -> Message:
    """Write a message and have the other told; the same key a second time changes nothing."""
    conversation = queries.for_change(conversation.pk, by=by)
    already = queries.sent_with(key, by=by) if key else None
    if already is not None:
        return already
    rules.check_text(text)
    rules.check_reachable(is_active=queries.other_of(conversation, by).is_active)
    moment = rules.next_moment(conversation.last_message_at, at=at)
    message = Message(
        conversation=conversation, author=by, text=text.strip(), sent_at=moment, idempotency_key=key
    )
    message.full_clean()
    message.save()
    conversation.last_message_at = moment
    _mark_read(conversation, by=by, until=moment)
    after_commit(tasks.mail_message, message.pk)
    return message


@transaction.atomic
def read(*, conversation: Conversation, by: User, at: dt.datetime) -> None:
    """Keep that somebody has read what was written up to a moment; it never goes back."""
    conversation = queries.for_change(conversation.pk, by=by)
    _mark_read(conversation, by=by, until=at)


def _mark_read(conversation: Conversation, *, by: User, until: dt.datetime) -> None:
    column = "asker_read_at" if conversation.asker_id == by.pk else "owner_read_at"
    before: dt.datetime | None = getattr(conversation, column)
    setattr(conversation, column, max(before, until) if before else until)
    conversation.save(update_fields=[column, "last_message_at"])
