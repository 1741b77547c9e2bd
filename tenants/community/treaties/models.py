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
    """A member's question about another space's item, and its state.

    `giver_id` is the other space; `contact` is the contact chosen by the member for an answer.
    """

    RETENTION = retention.by_room(dt.timedelta(days=60), _("Questions à un espace voisin"))

    class State(models.TextChoices):
        """Whether it was handed over to the other space."""

        DUE = "due", _("En route")
        CARRIED = "carried", _("Transmise")
        REFUSED = "refused", _("Sans destinataire")

    id = RowNumber(primary_key=True)
    reference = models.CharField(max_length=12, unique=True, default=question_reference)
    asker = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    giver_id = models.BigIntegerField()
    giver_slug = models.CharField(max_length=63)
    item_reference = models.CharField(max_length=12)
    title = models.CharField(max_length=80)
    text = models.CharField(max_length=500)
    contact = models.CharField(max_length=120)
    state = models.CharField(max_length=7, choices=State, default=State.DUE)
    asked_at = models.DateTimeField()
    idempotency_key = models.UUIDField(null=True, blank=True, unique=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(text="") & ~models.Q(contact=""),
                name="a_question_says_something_and_where_to_answer",
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
