"""Members' saved searches, their hits, and favourites."""

import datetime as dt

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.kernel import retention
from saas.kernel.models import RowNumber, SpaceModel, reference


def search_reference() -> str:
    """Return a new public reference of a kept search."""
    return reference("RE")


class SavedSearch(SpaceModel):
    """A member's saved search: its address, and the rhythm of its notifications.

    Items newer than `checked_at` have not been searched yet.
    """

    RETENTION = retention.with_person(_("Recherches gardées et favoris"))

    class Rhythm(models.TextChoices):
        """The rhythm of notifications about hits."""

        AT_ONCE = "at_once", _("Tout de suite")
        DAILY = "daily", _("Chaque jour")
        WEEKLY = "weekly", _("Chaque semaine")
        NEVER = "never", _("Sans message")

    reference = models.CharField(max_length=12, default=search_reference)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    address = models.CharField(max_length=1200)
    words = models.CharField(max_length=120, blank=True)
    rhythm = models.CharField(max_length=7, choices=Rhythm, default=Rhythm.DAILY)
    saved_at = models.DateTimeField()
    checked_at = models.DateTimeField()
    notified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "address"],
                name="somebody_keeps_a_search_once",
                violation_error_message=_("Vous gardez déjà cette recherche."),
            )
        ]

    def __str__(self) -> str:
        return self.words or self.address

    def get_absolute_url(self) -> str:
        """Return the address of the kept search's page."""
        return reverse("search:kept", args=[self.reference])


class SearchHit(SpaceModel):
    """Something new that a kept search found; it is found, and told, once."""

    RETENTION = retention.by_room(dt.timedelta(days=60), _("Trouvailles des recherches"))

    id = RowNumber(primary_key=True)
    search = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="hits")
    reference = models.CharField(max_length=64)
    title = models.CharField(max_length=280)
    url = models.CharField(max_length=200)
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)
    notified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        ordering = ["-found_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["search", "reference"], name="a_search_finds_a_thing_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.reference} for {self.search_id}"


class Favourite(SpaceModel):
    """An item saved by a member as a favourite, by its public reference."""

    RETENTION = retention.with_person()

    id = RowNumber(primary_key=True)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    reference = models.CharField(max_length=64)
    saved_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "reference"], name="a_thing_is_a_favourite_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(reference=""), name="a_favourite_names_a_thing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} of {self.person_id}"
