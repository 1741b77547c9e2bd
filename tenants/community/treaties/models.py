"""Members' questions to people of other spaces, and other spaces' items hidden here."""

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.kernel import retention
from saas.kernel.models import RowNumber, SpaceModel, reference


def question_reference() -> str:
    """Return a new reference of a question."""
    return reference("QU")


class Question(SpaceModel):
    """A message between a member here (`asker`) and a person of another space (`giver_id`).

    `thread` is the reference of the first message. An arrived message was written by the other
    person; each space stores its own copy, and neither has an address of the other's member.
    """

    RETENTION = retention.by_room(dt.timedelta(days=60), _("Messages avec un espace voisin"))

    class State(models.TextChoices):
        """Whether it was handed over to the other space, or came from there."""

        DUE = "due", _("En route")
        CARRIED = "carried", _("Transmise")
        REFUSED = "refused", _("Sans destinataire")
        ARRIVED = "arrived", _("Reçue")

    id = RowNumber(primary_key=True)
    reference = models.CharField(max_length=12, unique=True, default=question_reference)
    thread = models.CharField(max_length=12)
    asker = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    giver_id = models.BigIntegerField()
    giver_slug = models.CharField(max_length=63, blank=True)
    space_name = models.CharField(max_length=80)
    other_name = models.CharField(max_length=60)
    item_reference = models.CharField(max_length=12)
    title = models.CharField(max_length=80)
    text = models.CharField(max_length=500)
    state = models.CharField(max_length=7, choices=State, default=State.DUE)
    asked_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    idempotency_key = models.UUIDField(null=True, blank=True, unique=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(text=""), name="a_letter_to_a_neighbour_has_text"
            )
        ]

    def __str__(self) -> str:
        return self.reference


class HiddenItem(SpaceModel):
    """A neighbour's thing that moderation hides from this space; its own space learns nothing."""

    RETENTION = retention.with_space()

    id = RowNumber(primary_key=True)
    giver_id = models.BigIntegerField()
    item_reference = models.CharField(max_length=12)
    hidden_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["giver_id", "item_reference"], name="a_neighbours_thing_is_hidden_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.item_reference} of {self.giver_id}"
