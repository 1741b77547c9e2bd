"""Media of the shelf, their parts, loans, waiting lists and readers' positions."""

import datetime as dt

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.kernel import retention
from saas.kernel.models import RowNumber, SpaceModel, reference


def medium_reference() -> str:
    """Return a new public reference of a medium."""
    return reference("ME")


class Medium(SpaceModel):
    """An item on the shelf, added by the council or by the company.

    `upload` names the uploaded file until it has been opened; a video or a recording stays.
    `copies` is the number of licences, null if all members may read at once; `borrowed_count` is
    the number of copies on loan, written under the medium's lock.
    """

    RETENTION = retention.with_space(_("Médiathèque, sans le nom de qui l’a remplie"))

    class Kind(models.TextChoices):
        """The kinds of a shelf."""

        PRESS = "press", _("Presse")
        BOOK = "book", _("Livre")
        PODCAST = "podcast", _("Podcast")
        VIDEO = "video", _("Vidéo")
        GUIDE = "guide", _("Guide")
        PASS = "pass", _("Pass")

    class Provider(models.TextChoices):
        """The part of the space that offers the medium."""

        COUNCIL = "council", _("CSE")
        COMPANY = "company", _("Entreprise")

    class Access(models.TextChoices):
        """The places where it may be opened."""

        MEMBERS = "members", _("Partout")
        ON_SITE = "on_site", _("Sur place seulement")

    class State(models.TextChoices):
        """How far its file has come."""

        WAITING = "waiting", _("En préparation")
        READY = "ready", _("En rayon")
        FAILED = "failed", _("Refusé")

    reference = models.CharField(max_length=12, unique=True, default=medium_reference)
    kind = models.CharField(max_length=7, choices=Kind)
    provider = models.CharField(max_length=7, choices=Provider)
    title = models.CharField(max_length=120)
    creator = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=2, default="fr")
    description = models.TextField(max_length=2000, blank=True)
    transcript = models.TextField(max_length=60_000, blank=True)
    access = models.CharField(max_length=7, choices=Access, default=Access.MEMBERS)
    copies = models.PositiveIntegerField(null=True, blank=True)
    borrowed_count = models.PositiveIntegerField(default=0)
    loan_days = models.PositiveSmallIntegerField(default=14)
    ends_on = models.DateField(null=True, blank=True)
    feed = models.CharField(max_length=500, blank=True)
    upload = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    failure = models.CharField(max_length=20, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    added_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    added_at = models.DateTimeField()
    fetched_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(
        null=True, blank=True
    )  # by moderation, until it is shown again
    idempotency_key = models.UUIDField(null=True, blank=True, unique=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(copies=None) | models.Q(copies__gte=models.F("borrowed_count")),
                name="no_more_copies_are_out_than_there_are",
                violation_error_message=_("Tous les exemplaires sont empruntés."),
            ),
            models.CheckConstraint(
                condition=(models.Q(kind="podcast") & ~models.Q(feed=""))
                | (~models.Q(kind="podcast") & models.Q(feed="")),
                name="a_podcast_and_nothing_else_has_a_feed",
                violation_error_message=_("Donnez l’adresse du flux du podcast."),
            ),
            models.CheckConstraint(
                condition=models.Q(loan_days__gte=1, loan_days__lte=90),
                name="a_medium_is_borrowed_for_one_to_ninety_days",
                violation_error_message=_("Un emprunt dure de 1 à 90 jours."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of the medium's page."""
        return reverse("mediastore:detail", args=[self.reference])


class Part(SpaceModel):
    """A page, a chapter, an episode or a film of a medium, as our pages serve it.

    A page is a picture with its text beside it; a chapter is cleaned HTML; the others are files for
    playback. `key` distinguishes an episode from the others of its feed.
    """

    RETENTION = retention.WITH_PARENT

    class Kind(models.TextChoices):
        """How a part is shown."""

        PAGE = "page"
        CHAPTER = "chapter"
        AUDIO = "audio"
        VIDEO = "video"

    id = RowNumber(primary_key=True)
    medium = models.ForeignKey(Medium, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=7, choices=Kind)
    title = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    file = models.CharField(max_length=200, blank=True)
    content_type = models.CharField(max_length=40, blank=True)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    key = models.CharField(max_length=64, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["medium", "number"], name="parts_of_a_medium_are_numbered"
            ),
            models.UniqueConstraint(
                fields=["medium", "key"],
                condition=~models.Q(key=""),
                name="an_episode_is_fetched_once",
            ),
        ]

    def __str__(self) -> str:
        return f"part {self.number} of {self.medium_id}"


class Illustration(SpaceModel):
    """A picture inside a book, as our pages serve it."""

    RETENTION = retention.WITH_PARENT

    id = RowNumber(primary_key=True)
    medium = models.ForeignKey(Medium, on_delete=models.CASCADE, related_name="illustrations")
    number = models.PositiveIntegerField()
    file = models.CharField(max_length=200)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["medium", "number"], name="illustrations_of_a_medium_are_numbered"
            )
        ]

    def __str__(self) -> str:
        return f"illustration {self.number} of {self.medium_id}"


class PassCode(SpaceModel):
    """A code of a pass, such as a museum's; only its current borrower sees it."""

    RETENTION = retention.WITH_PARENT

    medium = models.ForeignKey(Medium, on_delete=models.CASCADE, related_name="codes")
    code = models.CharField(max_length=80)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["medium", "code"],
                name="a_pass_has_each_code_once",
                violation_error_message=_("Ce code est déjà dans la liste."),
            )
        ]

    def __str__(self) -> str:
        return f"code of {self.medium_id}"


class Sponsoring(SpaceModel):
    """The number of places on the shelf that merchants may book, once it has been chosen."""

    RETENTION = retention.with_space()

    places = models.PositiveSmallIntegerField()
    changed_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pk=1), name="a_shelf_says_once_how_many_places_it_has"
            ),
            models.CheckConstraint(
                condition=models.Q(places__lte=3), name="a_shelf_has_three_places_at_most"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.places} places"


class Sponsorship(SpaceModel):
    """The medium chosen for a booked place; without a row the newest medium shows it."""

    RETENTION = retention.WITH_PARENT

    id = RowNumber(primary_key=True)
    flight_reference = models.CharField(max_length=12, unique=True)
    medium = models.ForeignKey(Medium, on_delete=models.CASCADE, related_name="sponsorships")
    chosen_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"{self.flight_reference} on {self.medium_id}"


class Borrowing(SpaceModel):
    """A loan of a copy to a member; it is returned automatically when it is due."""

    RETENTION = retention.after(
        dt.timedelta(days=365), since="returned_at", what=_("Emprunts rendus à la médiathèque")
    )

    medium = models.ForeignKey(Medium, on_delete=models.CASCADE, related_name="borrowings")
    borrower = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    code = models.ForeignKey(
        PassCode, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    borrowed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["medium", "borrower"],
                condition=models.Q(returned_at=None),
                name="somebody_borrows_a_medium_once_at_a_time",
                violation_error_message=_("Vous l’avez déjà emprunté."),
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=models.Q(returned_at=None),
                name="a_code_is_seen_by_one_borrower_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(due_at__gt=models.F("borrowed_at")),
                name="a_borrowing_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"borrowing of {self.medium_id} by {self.borrower_id}"


class Waiting(SpaceModel):
    """A member on the waiting list for a copy; the list is first in, first out."""

    RETENTION = retention.with_person()

    id = RowNumber(primary_key=True)
    medium = models.ForeignKey(Medium, on_delete=models.CASCADE, related_name="waiting")
    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["medium", "member"],
                name="somebody_waits_once_for_a_medium",
                violation_error_message=_("Vous êtes déjà sur la liste."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id} waits for {self.medium_id}"


class Progress(SpaceModel):
    """A reader's position in a medium; only the reader sees it."""

    RETENTION = retention.with_person(_("Lectures et écoutes"))

    id = RowNumber(primary_key=True)
    medium = models.ForeignKey(Medium, on_delete=models.CASCADE, related_name="progress")
    reader = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    seconds = models.PositiveIntegerField(default=0)
    read_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["medium", "reader"], name="progress_of_a_reader_is_kept_once"
            )
        ]

    def __str__(self) -> str:
        return f"progress of {self.reader_id} in {self.medium_id}"
