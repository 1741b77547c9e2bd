"""Treaties between two spaces, and the only channel for sharing between them.

A space never reads another's schema. Offers to neighbours are copied into `SharedItem`; a space
reads through `OpenItem` only the copies that an accepted treaty opens to it.
"""

from django.db import models
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from saas.kernel import retention
from saas.kernel.models import SharedModel, SpaceModel, reference
from saas.kernel.pending_mail import mailed_at
from tenants.spaces.models.spaces import Tenant


class Category(models.TextChoices):
    """The categories that a treaty may open, each separately."""

    THINGS = "things", _("Objets à vendre, donner ou troquer")
    LOANS = "loans", _("Prêts et locations")
    SERVICES = "services", _("Services")
    WANTED = "wanted", _("Demandes")
    GATHERINGS = "gatherings", _("Activités")
    RIDES = "rides", _("Covoiturage")


def treaty_reference() -> str:
    """Return a new reference of a treaty."""
    return reference("TR")


class Treaty(SharedModel):
    """An agreement of two spaces on the categories that they show each other.

    Either space may end it at any time.
    """

    RETENTION = retention.WITH_SERVICE

    class State(models.TextChoices):
        """The states of a treaty; only `accepted` opens anything."""

        PROPOSED = "proposed", _("Proposé")
        ACCEPTED = "accepted", _("En vigueur")
        DECLINED = "declined", _("Décliné")
        WITHDRAWN = "withdrawn", _("Retiré")
        REVOKED = "revoked", _("Révoqué")

    reference = models.CharField(max_length=12, unique=True, default=treaty_reference)
    proposer = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    partner = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=9, choices=State, default=State.PROPOSED)
    message = models.CharField(max_length=280, blank=True)
    proposed_by = models.CharField(max_length=120)
    proposed_at = models.DateTimeField()
    answered_by = models.CharField(max_length=120, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=120, blank=True)
    ended_by_space = models.ForeignKey(
        Tenant, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    # The time of the mail about the last decision to the other side.
    mailed_at = mailed_at()

    class Meta:
        ordering = ["-proposed_at"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(proposer=models.F("partner")),
                name="a_treaty_is_between_two_spaces",
                violation_error_message=_("Choisissez un autre espace que le vôtre."),
            ),
            models.UniqueConstraint(
                Least("proposer", "partner"),
                Greatest("proposer", "partner"),
                condition=models.Q(state="proposed") | models.Q(state="accepted"),
                name="two_spaces_have_one_open_treaty",
                violation_error_message=_("Un accord existe déjà avec cet espace."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class TreatyClause(SharedModel):
    """A category in a single direction: `giver` shows it to the other side."""

    RETENTION = retention.WITH_SERVICE

    treaty = models.ForeignKey(Treaty, on_delete=models.CASCADE, related_name="clauses")
    giver = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    category = models.CharField(max_length=12, choices=Category)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["treaty", "giver", "category"], name="a_treaty_opens_a_category_once_a_way"
            )
        ]

    def __str__(self) -> str:
        return f"{self.category} of {self.giver_id}"


class SharedItem(SharedModel):
    """A copy of an offer to the neighbours of a space, as they see it.

    `picture` is the stored name of a public copy. The author is shown by short name only. For an
    offer with its own date, such as a gathering, `starts_at` is its start.
    """

    RETENTION = retention.WITH_SERVICE

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    category = models.CharField(max_length=12, choices=Category)
    reference = models.CharField(max_length=12)
    kind = models.CharField(max_length=12)
    title = models.CharField(max_length=80)
    description = models.TextField(max_length=2000, blank=True)
    price_cents = models.PositiveBigIntegerField(null=True, blank=True)
    price_unit = models.CharField(max_length=5)
    place = models.CharField(max_length=60)
    author = models.CharField(max_length=80)
    company = models.CharField(max_length=80, blank=True)
    picture = models.CharField(max_length=200, blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "reference"], name="a_space_shares_a_thing_once"
            )
        ]
        indexes = [
            models.Index(fields=["tenant", "category", "-created_at"], name="what_a_space_shares")
        ]

    def __str__(self) -> str:
        return self.reference


class Enquiry(SharedModel):
    """A message to a member of another space; deleted once it is handed over.

    `thread` is the reference of the first message of an exchange about a shared thing.
    """

    RETENTION = retention.WITH_SERVICE

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    asker_tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    reference = models.CharField(max_length=12)
    thread = models.CharField(max_length=12)
    item_reference = models.CharField(max_length=12)
    title = models.CharField(max_length=80)
    asker = models.CharField(max_length=60)
    text = models.CharField(max_length=500)
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ["sent_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["asker_tenant", "reference"], name="a_letter_lies_at_a_door_once"
            )
        ]

    def __str__(self) -> str:
        return self.reference


class OwnEnquiry(SpaceModel):
    """An enquiry to people of this space, as its role may read it while the treaty is in force."""

    reference = models.CharField(max_length=12)
    thread = models.CharField(max_length=12)
    item_reference = models.CharField(max_length=12)
    title = models.CharField(max_length=80)
    asker = models.CharField(max_length=60)
    space_name = models.CharField(max_length=80)
    asker_space = models.BigIntegerField()
    text = models.CharField(max_length=500)
    sent_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "spaces_own_enquiry"

    def __str__(self) -> str:
        return self.reference


class OwnTreaty(SpaceModel):
    """A treaty of the space, as its role may read it: seen from its own side."""

    reference = models.CharField(max_length=12)
    state = models.CharField(max_length=9)
    is_proposer = models.BooleanField()
    other_name = models.CharField(max_length=80)
    other_slug = models.CharField(max_length=63)
    message = models.CharField(max_length=280)
    proposed_by = models.CharField(max_length=120)
    proposed_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by_us = models.BooleanField()
    gives = models.JSONField()
    takes = models.JSONField()

    class Meta:
        managed = False
        db_table = "spaces_own_treaty"
        ordering = ["-proposed_at"]

    def __str__(self) -> str:
        return self.reference


class OpenItem(SpaceModel):
    """A shared item that an accepted treaty opens to this space; `tenant_id` is the giver's."""

    tenant_id = models.BigIntegerField()
    category = models.CharField(max_length=12, choices=Category)
    reference = models.CharField(max_length=12)
    kind = models.CharField(max_length=12)
    title = models.CharField(max_length=80)
    description = models.TextField()
    price_cents = models.PositiveBigIntegerField(null=True)
    price_unit = models.CharField(max_length=5)
    place = models.CharField(max_length=60)
    author = models.CharField(max_length=80)
    company = models.CharField(max_length=80)
    picture = models.CharField(max_length=200)
    starts_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "spaces_open_item"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.reference


class OpenClause(SpaceModel):
    """A category of another space that this space may see now; `tenant_id` is the other's."""

    tenant_id = models.BigIntegerField()
    category = models.CharField(max_length=12)
    name = models.CharField(max_length=80)
    slug = models.CharField(max_length=63)

    class Meta:
        managed = False
        db_table = "spaces_open_clause"

    def __str__(self) -> str:
        return f"{self.category} of {self.slug}"
