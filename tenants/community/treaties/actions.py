"""Members' questions to people of other spaces, and other spaces' items hidden here."""

import datetime as dt
from uuid import UUID

from django.db import transaction

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.tasks import after_commit, call_after_commit
from tenants.community.treaties import rules, tasks
from tenants.community.treaties.models import HiddenItem, Question
from tenants.community.treaties.queries import sharing as queries
from tenants.spaces.actions import treaties as spaces
from tenants.spaces.models import OpenItem


@transaction.atomic
def ask(
    *,
    item: OpenItem,
    slug: str,
    text: str,
    contact: str,
    key: UUID | None,
    by: User,
    at: dt.datetime,
) -> Question:
    """Ask the owner of another space's item a question; the same key returns the same question."""
    already = queries.question_with_key(key, by=by) if key else None
    if already is not None:
        return already
    rules.check_text(text)
    rules.check_contact(contact)
    question = Question(
        asker=by,
        giver_id=item.tenant_id,
        giver_slug=slug,
        item_reference=item.reference,
        title=item.title,
        text=text.strip(),
        contact=contact.strip(),
        asked_at=at,
        idempotency_key=key,
    )
    question.full_clean()
    question.save()
    after_commit(tasks.send_question, question.pk)
    return question


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
    own.delete()
    here = schema.current()

    def take_back() -> None:
        with schema.in_public():
            spaces.take_back_enquiries(schema_name=here, references=gone, at=at)

    call_after_commit(take_back)
    return gone
