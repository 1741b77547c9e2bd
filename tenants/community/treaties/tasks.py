"""Tasks after the commit: shared copies, questions about them, and mails."""

import contextlib
import datetime as dt
from collections.abc import Iterator

from celery import shared_task
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import cache, pending_mail, schema
from saas.kernel.errors import Refused
from saas.kernel.tasks import PublicTask, TenantTask, send
from tenants.community.treaties import notifications, rules
from tenants.community.treaties.models import Question
from tenants.community.treaties.queries import board as board_queries
from tenants.community.treaties.queries import sharing as sharing_queries
from tenants.community.treaties.queries import threads
from tenants.community.treaties.queries import treaties as treaty_queries
from tenants.spaces.actions import treaties as spaces
from tenants.spaces.models import OwnEnquiry, Treaty
from tenants.spaces.queries import treaties as spaces_queries


@shared_task(base=TenantTask)
def publish() -> None:
    """Share exactly the items opened by this space's treaties in force.

    A turn is taken before the items are read, and only the job with the latest turn may write, so
    that an older job never overwrites a newer. A picture is shown once its copy exists, and is
    deleted before the row with its name.
    """
    at, here = timezone.now(), schema.current()
    with schema.in_public():
        opened = spaces.begin_sharing(schema_name=here, at=at)
    shared = sharing_queries.to_share(opened.given, at=at)
    names = {one: rules.copy_name(source) for one, source in shared.sources.items()}
    with schema.in_public(), transaction.atomic():
        pictures = spaces.share(
            schema_name=here, turn=opened.turn, copies=shared.copies, pictures=names, at=at
        )
        for name in pictures.removed:
            default_storage.delete(name)
    for reference in pictures.missing:
        _show_picture(reference, shared.sources[reference], names[reference])


def _show_picture(reference: str, source: str, name: str) -> None:
    if not default_storage.exists(source):
        return
    if not default_storage.exists(name):
        with default_storage.open(source) as picture:
            stored = default_storage.save(name, picture)
        if stored != name:  # another job was quicker
            default_storage.delete(stored)
    here = schema.current()
    with schema.in_public():
        lies_there = spaces.show_picture(
            schema_name=here, reference=reference, name=name, at=timezone.now()
        )
    if not lies_there:
        default_storage.delete(name)


@shared_task(base=PublicTask)
def delete_closed_copies() -> None:
    """Delete copies that are no longer covered by a treaty, their pictures first."""
    with transaction.atomic():
        for name in spaces.delete_closed_copies(at=timezone.now()):
            default_storage.delete(name)


@shared_task(base=TenantTask)
def apply_decision(reference: str) -> None:
    """Notify this space's administrators of another space's decision, and share agreed items."""
    treaty_queries.forget()
    here, own = schema.current(), treaty_queries.treaty(reference)
    if own is None:
        return
    if own.state == Treaty.State.ACCEPTED:
        send(publish)

    def mail_administrators(_treaty: Treaty) -> None:
        with schema.inside(here):
            notifications.notify_treaty(own, treaty_queries.administrators())

    with schema.in_public():
        pending_mail.send_once(
            spaces_queries.treaties_to_mail(schema_name=here), own.pk, mail_administrators
        )


@shared_task(base=TenantTask)
def end_with_space(reference: str) -> None:
    """Notify this space's administrators that a treaty ended with the deletion of its partner.

    The partner's name is not given: its data has been deleted.
    """
    treaty_queries.forget()
    notifications.notify_gone(reference, treaty_queries.administrators())


@shared_task(base=TenantTask)
def send_question(question_id: int) -> None:
    """Forward a question to its space while the item is shown here, else notify the asker.

    It is marked as forwarded after it has been stored there; forwarding is idempotent.
    """
    with _claimed("carry", question_id) as alone:
        if alone and (giver := _sent_to(question_id)):
            send(deliver_enquiries, space=giver)


def _sent_to(question_id: int) -> str:
    at, here = timezone.now(), schema.current()
    with transaction.atomic():
        question = sharing_queries.question_due(question_id)
        if question is None:
            return ""
        if not threads.is_answer(question) and not _is_shown(question, at=at):
            _refuse(question)
            return ""
    try:
        with schema.in_public():
            giver = spaces.leave_enquiry(
                schema_name=here,
                giver_id=question.giver_id,
                reference=question.reference,
                content=sharing_queries.enquiry_content(question),
                at=at,
            )
    except Refused:  # the treaty has ended
        _refuse(question)
        return ""
    question.state = Question.State.CARRIED
    question.save(update_fields=["state"])
    return giver


def _is_shown(question: Question, *, at: dt.datetime) -> bool:
    found = board_queries.find(
        question.giver_slug, question.item_reference, viewer=question.asker, at=at
    )
    return found is not None


@shared_task(base=TenantTask)
def deliver_enquiries() -> None:
    """Store neighbours' messages for their readers, or return them if nobody may read them.

    An enquiry is removed after it is stored: an interrupted job finds it again.
    """
    for enquiry in sharing_queries.enquiries():
        with _claimed("deliver", enquiry.pk) as alone:
            if alone:
                _deliver(enquiry.pk)


def _deliver(enquiry_id: int) -> None:
    at, here = timezone.now(), schema.current()
    enquiry = sharing_queries.enquiry(enquiry_id)
    if enquiry is None:  # another job was quicker
        return
    reader = _reader_of(enquiry, at=at)
    if reader is not None:
        _store(enquiry, reader, at=at)
    with schema.in_public(), transaction.atomic():
        asking_space = spaces.take_enquiry(schema_name=here, enquiry_id=enquiry_id, at=at)
        if asking_space and reader is None:
            send(return_question, enquiry.reference, space=asking_space)


def _store(enquiry: OwnEnquiry, reader: User, *, at: dt.datetime) -> None:
    with transaction.atomic():
        question, is_new = Question.objects.get_or_create(
            reference=enquiry.reference,
            defaults={
                "asker": reader,
                "thread": enquiry.thread,
                "giver_id": enquiry.asker_space,
                "space_name": enquiry.space_name,
                "other_name": enquiry.asker,
                "item_reference": enquiry.item_reference,
                "title": enquiry.title,
                "text": enquiry.text,
                "state": Question.State.ARRIVED,
                "asked_at": at,
            },
        )
        if is_new:
            notifications.notify_message(question)


def _reader_of(enquiry: OwnEnquiry, *, at: dt.datetime) -> User | None:
    if threads.is_known(enquiry):
        return threads.receiver(enquiry)
    thing = sharing_queries.asked_about(enquiry.item_reference, at=at)
    return thing.author if thing else None


@shared_task(base=TenantTask)
def forget_received(thread: str) -> None:
    """Delete the copies of a thread's messages whose author was erased in their own space."""
    threads.received(thread).delete()


@contextlib.contextmanager
def _claimed(what: str, number: int) -> Iterator[bool]:
    """Claim this work for a single job at a time; if the cache is down, all jobs proceed."""
    claim = f"neighbours:{what}:{number}"
    claimed = cache.claimed(claim, seconds=pending_mail.CLAIMED_SECONDS)
    try:
        yield claimed
    finally:
        if claimed:
            cache.forget(claim)


@shared_task(base=TenantTask)
def return_question(reference: str) -> None:
    """Notify a member that the recipient of their question is no longer there."""
    with transaction.atomic():
        question = sharing_queries.question_carried(reference)
        if question is not None:
            _refuse(question)


def _refuse(question: Question) -> None:
    question.state = Question.State.REFUSED
    question.save(update_fields=["state"])
    notifications.notify_refused(question)
