"""Conversations between two colleagues about a subject."""

import datetime as dt

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.kernel import retention
from saas.kernel.models import RowNumber, SpaceModel, one_of, reference
from saas.kernel.private_pictures import PrivatePicture


def conversation_reference() -> str:
    """Return a new public reference of a conversation."""
    return reference("CO")


def message_reference() -> str:
    """Return a new public reference of a message."""
    return reference("ME")


class Conversation(SpaceModel):
    """A person's question to another about a subject; unique per asker and subject."""

    RETENTION = retention.after(
        dt.timedelta(days=730),
        since="last_message_at",
        what=_("Conversations, après le dernier message"),
    )

    reference = models.CharField(max_length=12, unique=True, default=conversation_reference)
    subject_kind = models.CharField(max_length=20)
    subject_reference = models.CharField(max_length=12)
    subject_title = models.CharField(max_length=80)
    asker = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    begun_at = models.DateTimeField()
    last_message_at = models.DateTimeField()
    asker_read_at = models.DateTimeField(null=True, blank=True)
    owner_read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["asker", "subject_kind", "subject_reference"],
                name="an_asker_has_one_conversation_about_a_thing",
            ),
            models.CheckConstraint(
                condition=~models.Q(asker=models.F("owner")),
                name="nobody_writes_to_themselves",
            ),
        ]
        indexes = [
            models.Index(fields=["owner"], name="conversations_of_an_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} about {self.subject_title}"

    def get_absolute_url(self) -> str:
        """Return the address of the conversation's page."""
        return reverse("conversations:detail", args=[self.reference])


class Meeting(SpaceModel):
    """A proposed time to meet for the two parties of a conversation, and its state."""

    RETENTION = retention.WITH_PARENT

    class State(models.TextChoices):
        """The states of a proposal."""

        PROPOSED = "proposed", _("Proposé")
        ACCEPTED = "accepted", _("Accepté")
        REFUSED = "refused", _("Refusé")
        REPLACED = "replaced", _("Remplacé")
        CANCELLED = "cancelled", _("Annulé")

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="meetings"
    )
    proposer = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State, default=State.PROPOSED)
    proposed_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "state"],
                condition=one_of("state", ["proposed", "accepted"]),
                name="a_conversation_has_one_open_proposal_and_one_meeting",
                violation_error_message=_("Un autre moment vient d’être proposé."),
            ),
            models.CheckConstraint(
                condition=models.Q(state="proposed", answered_at=None)
                | (~models.Q(state="proposed") & models.Q(answered_at__isnull=False)),
                name="an_answered_meeting_says_since_when",
            ),
        ]

    def __str__(self) -> str:
        return f"meeting {self.pk} in {self.conversation_id}: {self.state}"


class Block(SpaceModel):
    """A member's block on messages from a colleague."""

    RETENTION = retention.with_person(_("Personnes bloquées"))

    id = RowNumber(primary_key=True)
    blocker = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    blocked = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    blocked_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["blocker", "blocked"], name="a_colleague_is_blocked_once_by_another"
            ),
            models.CheckConstraint(
                condition=~models.Q(blocker=models.F("blocked")),
                name="nobody_blocks_themselves_here",
            ),
        ]

    def __str__(self) -> str:
        return f"block of {self.blocked_id} by {self.blocker_id}"


class Message(SpaceModel):
    """A message of a conversation, with its meeting if it is about a meeting."""

    RETENTION = retention.WITH_PARENT

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="messages"
    )
    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    reference = models.CharField(max_length=12, unique=True, default=message_reference)
    text = models.TextField(max_length=2000)
    sent_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True, blank=True)
    meeting = models.ForeignKey(
        Meeting, on_delete=models.SET_NULL, null=True, blank=True, related_name="messages"
    )
    idempotency_key = models.UUIDField(null=True, blank=True, unique=True)
    hidden_at = models.DateTimeField(null=True, blank=True)  # by moderation

    class Meta:
        base_manager_name = "objects"
        ordering = ["sent_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(text=""), name="a_message_says_something")
        ]
        indexes = [
            models.Index(fields=["conversation"], name="messages_of_a_conversation"),
            models.Index(
                fields=["sent_at"],
                condition=models.Q(mailed_at=None),
                name="messages_nobody_was_told_of",
            ),
        ]

    def __str__(self) -> str:
        return f"message {self.pk} in {self.conversation_id}"


class Picture(PrivatePicture):
    """A picture in a message, sent or still a draft."""

    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, null=True, blank=True, related_name="pictures"
    )

    folder = "messages"
    address = "conversations:picture"
    drafts = models.Q(message=None)

    class Meta(PrivatePicture.Meta):
        indexes = [
            models.Index(fields=["message"], name="pictures_of_a_message"),
        ]
