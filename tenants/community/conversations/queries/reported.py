"""Messages and their pictures for moderation: the reported message, never the others."""

from django.db.models import Q, QuerySet

from saas.accounts.models import User
from saas.kernel import hooks, private_pictures
from tenants.community.conversations.models import Message, Picture
from tenants.community.conversations.queries.talks import picture_named

KIND = "message"


def reportable(kind: str, reference: str, viewer: User) -> hooks.Subject | None:
    """Return a message or its picture as a subject of moderation, for a participant; or None."""
    if kind == private_pictures.KIND:
        picture = picture_named(reference, viewer=viewer)
        message = _of_two(viewer).filter(pictures=picture.pk).first() if picture else None
        if picture is None or message is None:
            return None
        conversation = message.conversation
        return private_pictures.subject_of(
            picture, title=conversation.subject_title, url=conversation.get_absolute_url()
        )
    seen = Q(hidden_at=None) | Q(author=viewer)
    rows = _of_two(viewer).filter(seen, reference=reference)
    found = rows.first() if kind == KIND else None
    if found is None:
        return None
    return hooks.Subject(
        kind=KIND,
        id=found.pk,
        title=found.conversation.subject_title,
        url=found.conversation.get_absolute_url(),
        owner_id=found.author_id,
        picture_url=None,
        state="",
        open=False,
        writable=False,
    )


def _of_two(viewer: User) -> QuerySet[Message]:
    two = Q(conversation__asker=viewer) | Q(conversation__owner=viewer)
    return Message.objects.filter(two).select_related("conversation")


def judged(kind: str, reference: str) -> hooks.Judged | None:
    """Return the text of a single message for moderation, without the others."""
    rows = Message.objects.filter(reference=reference).select_related("conversation")
    found = rows.first() if kind == KIND else None
    if found is None:
        return None
    return hooks.Judged(
        kind=KIND,
        title=found.conversation.subject_title,
        text=found.text,
        owner_id=found.author_id,
        url=found.conversation.get_absolute_url(),
        pictures=private_pictures.tokens_of(Picture.objects.filter(message=found)),
        hidden=found.hidden_at is not None,
    )
