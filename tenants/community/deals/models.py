"""Deals and the votes on them."""

import datetime as dt

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.kernel import retention
from saas.kernel.models import RowNumber, SpaceModel, reference


def deal_reference() -> str:
    """Return a new public reference of a deal."""
    return reference("BP")


class Deal(SpaceModel):
    """A good deal that a member shares: a text, with a code or a link.

    `working_count` and `failing_count` are the votes of each kind, updated with each vote.
    """

    RETENTION = retention.after(
        dt.timedelta(days=365), since="ends_on", what=_("Bons plans terminés")
    )

    class Category(models.TextChoices):
        """The subject of a deal."""

        FOOD = "food", _("Manger")
        SHOPPING = "shopping", _("Achats")
        OUTINGS = "outings", _("Sorties")
        SPORT = "sport", _("Sport")
        TRAVEL = "travel", _("Voyages")
        HOME = "home", _("Maison")
        OTHER = "other", _("Autre")

    reference = models.CharField(max_length=12, unique=True, default=deal_reference)
    category = models.CharField(max_length=8, choices=Category)
    title = models.CharField(max_length=80)
    description = models.TextField(max_length=2000, blank=True)
    code = models.CharField(max_length=40, blank=True)
    link = models.CharField(max_length=500, blank=True)
    ends_on = models.DateField()
    on_screens = models.BooleanField(default=False, db_default=False)
    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)  # by moderation
    working_count = models.PositiveIntegerField(default=0)
    failing_count = models.PositiveIntegerField(default=0)
    idempotency_key = models.UUIDField(null=True, blank=True, unique=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(description="", code="", link=""),
                name="a_deal_says_how_to_have_it",
                violation_error_message=_(
                    "Dites comment en profiter : un code, un lien ou quelques mots."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(link="") | models.Q(link__startswith="https://"),
                name="a_link_of_a_deal_is_https",
                violation_error_message=_("Un lien commence par https://."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of the deal's page."""
        return reverse("deals:detail", args=[self.reference])


class Vote(SpaceModel):
    """A member's vote on whether a deal still works; a later vote replaces it."""

    RETENTION = retention.WITH_PARENT

    id = RowNumber(primary_key=True)
    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="votes")
    voter = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    works = models.BooleanField()
    voted_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["deal", "voter"],
                name="a_member_votes_once_on_a_deal",
                violation_error_message=_("Vous avez déjà voté."),
            )
        ]

    def __str__(self) -> str:
        return f"vote of {self.voter_id} on {self.deal_id}"
