"""News that members are told, how each wishes to hear of it, their digests and their devices."""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from saas.accounts.models import User
from saas.kernel import retention
from saas.kernel.models import RowNumber, SpaceModel, one_of, reference
from saas.kernel.notifying import Kind as EventKind


def notification_reference() -> str:
    """Return a new public reference of a notification."""
    return reference("NO")


def quiet_begins() -> dt.time:
    """Return the hour at which a new member's quiet begins, in the space's zone.

    A function: Django's check takes a plain hour near the present one for "now" (fields.W161).
    """
    return dt.time(21)


def quiet_ends() -> dt.time:
    """Return the hour at which a new member's quiet ends, in the space's zone."""
    return dt.time(7)


class Kind(models.TextChoices):
    """The kinds of news, as `saas.kernel.notifying` names them; the digest adds the space's own."""

    MESSAGES = EventKind.MESSAGES.value, _("Messages et rendez-vous")
    LOANS = EventKind.LOANS.value, _("Prêts d’objets")
    GATHERINGS = EventKind.GATHERINGS.value, _("Activités")
    RIDES = EventKind.RIDES.value, _("Trajets partagés")
    CLASSIFIEDS = EventKind.CLASSIFIEDS.value, _("Mes annonces")
    SEARCHES = EventKind.SEARCHES.value, _("Recherches enregistrées")
    THANKS = EventKind.THANKS.value, _("Mercis et bienvenues")
    NEIGHBOURS = EventKind.NEIGHBOURS.value, _("Espaces voisins")
    DUTIES = EventKind.DUTIES.value, _("Ce qui attend mon rôle")
    DECISIONS = EventKind.DECISIONS.value, _("Décisions de la modération")
    SPACE = "space", _("Nouveautés de l’espace")


SYMBOLS: dict[str, str] = {
    Kind.MESSAGES: "message-circle",
    Kind.LOANS: "hand-helping",
    Kind.GATHERINGS: "calendar-days",
    Kind.RIDES: "car",
    Kind.CLASSIFIEDS: "tag",
    Kind.SEARCHES: "search",
    Kind.THANKS: "heart",
    Kind.NEIGHBOURS: "globe",
    Kind.DUTIES: "list-checks",
    Kind.DECISIONS: "scale",
    Kind.SPACE: "sprout",
}


class Channel(models.TextChoices):
    """The channels of a notification."""

    APP = "app", _("Dans l’espace")
    MAIL = "mail", _("E-mail")
    PUSH = "push", _("Sur mes appareils")


class Rhythm(models.TextChoices):
    """When they hear of it."""

    NOW = "now", pgettext_lazy("rythme", "Tout de suite")
    DAILY = "daily", pgettext_lazy("rythme", "Résumé du jour")
    OFF = "off", pgettext_lazy("rythme", "Jamais")


class Digest(SpaceModel):
    """A day's mail to a member: the events since the last digest that are visible to them.

    `sent_at` is written before the mail is sent, so that a killed worker never sends it twice. A
    farewell announces the end of digests, after eight digests without a click.
    """

    RETENTION = retention.by_room(dt.timedelta(days=90))

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    entries = models.PositiveSmallIntegerField()
    farewell = models.BooleanField(default=False)
    failures = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "day"], name="a_member_gets_one_digest_a_day_at_most"
            ),
            models.CheckConstraint(
                condition=Q(entries__gt=0) | Q(farewell=True), name="a_digest_is_never_empty"
            ),
        ]
        indexes = [
            models.Index(fields=["day"], condition=Q(sent_at=None), name="digests_to_send"),
        ]

    def __str__(self) -> str:
        return f"digest of {self.person_id} on {self.day}"


class Notification(SpaceModel):
    """An event's notification for a single member.

    `mail` and `push_from` follow the member's settings at the time of the event; the settings are
    checked again before a later mail or push. `mailed_at` and `pushed_at` are written before
    sending: a killed worker sends no mail twice, and a lost mail is still shown in the app.
    """

    RETENTION = retention.by_room(dt.timedelta(days=90), _("Notifications et résumés"))

    reference = models.CharField(max_length=12, unique=True, default=notification_reference)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=Kind)
    about = models.CharField(max_length=80)
    title = models.CharField(max_length=120)
    text = models.TextField(max_length=2000, blank=True)
    action = models.CharField(max_length=60, blank=True)
    path = models.CharField(max_length=300)
    mail_path = models.CharField(max_length=300, blank=True)
    deadline = models.DateTimeField(null=True, blank=True)
    until_done = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    shown = models.BooleanField(default=True)
    read_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    mail = models.CharField(max_length=5, choices=Rhythm, default=Rhythm.OFF)
    mail_from = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    push_from = models.DateTimeField(null=True, blank=True)
    pushed_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    digest = models.ForeignKey(
        Digest, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "key"], name="one_event_notifies_a_member_once"
            ),
            models.CheckConstraint(
                condition=Q(deadline=None) | ~Q(action=""),
                name="what_is_to_do_has_a_button",
            ),
            models.CheckConstraint(
                condition=Q(until_done=False) | Q(deadline__isnull=False),
                name="what_stays_until_it_is_done_says_since_when_it_is_late",
            ),
            models.CheckConstraint(
                condition=one_of("mail", Rhythm.values), name="a_letter_has_a_known_rhythm"
            ),
            models.CheckConstraint(
                condition=~Q(mail="now") | Q(mail_from__isnull=False),
                name="a_letter_of_its_own_says_from_when_on_it_may_leave",
            ),
        ]
        indexes = [
            models.Index(fields=["digest"], name="notifications_of_a_digest"),
            models.Index(
                fields=["person"],
                condition=Q(shown=True, read_at=None),
                name="notifications_not_read",
            ),
            models.Index(fields=["about"], condition=Q(done_at=None), name="notifications_open"),
            models.Index(
                fields=["mail_from"],
                condition=Q(mail="now", mailed_at=None),
                name="notifications_to_mail",
            ),
            models.Index(
                fields=["push_from"],
                condition=Q(push_from__isnull=False, pushed_at=None),
                name="notifications_to_push",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} to {self.person_id}"

    @property
    def symbol(self) -> str:
        """Return the icon of its kind."""
        return SYMBOLS[self.kind]

    def get_absolute_url(self) -> str:
        """Return the address that marks it as read and leads on to its page."""
        return reverse("notifications:open", args=[self.reference])


class Switch(SpaceModel):
    """A member's setting for a kind and a channel, if it differs from the default."""

    RETENTION = retention.with_person(_("Choix des notifications"))

    id = RowNumber(primary_key=True)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    channel = models.CharField(max_length=4, choices=Channel)
    rhythm = models.CharField(max_length=5, choices=Rhythm)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "channel"],
                name="a_member_has_one_switch_for_a_kind_and_a_channel",
            ),
            models.CheckConstraint(
                condition=Q(channel="mail") | ~Q(rhythm="daily"),
                name="only_e_mail_knows_a_digest",
            ),
            models.CheckConstraint(
                condition=~Q(kind="decisions") | ~Q(channel="mail") | Q(rhythm="now"),
                name="a_decision_of_moderators_is_mailed_at_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.kind} by {self.channel} {self.rhythm}"


class Habits(SpaceModel):
    """When a member wants quiet and their digest, when they last came, whether mails reach them."""

    RETENTION = retention.with_person()

    class Stop(models.TextChoices):
        """The reason why mails to an address are suppressed."""

        BOUNCED = "bounced", _("elle refuse nos e-mails")
        COMPLAINED = "complained", _("un de nos e-mails y a été signalé comme indésirable")

    id = RowNumber(primary_key=True)
    person = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    quiet_from = models.TimeField(null=True, blank=True, default=quiet_begins)
    quiet_until = models.TimeField(null=True, blank=True, default=quiet_ends)
    quiet_weekends = models.BooleanField(default=False)
    digest_hour = models.PositiveSmallIntegerField(default=8)
    came_at = models.DateTimeField(null=True, blank=True)
    digests_stopped_at = models.DateTimeField(null=True, blank=True)
    mail_stopped_at = models.DateTimeField(null=True, blank=True)
    mail_stopped_for = models.CharField(max_length=10, choices=Stop, blank=True)
    mail_stopped_address = models.EmailField(blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=Q(digest_hour__gte=6) & Q(digest_hour__lte=20),
                name="a_digest_comes_by_day",
            ),
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | (
                    Q(quiet_from__isnull=False, quiet_until__isnull=False)
                    & ~Q(quiet_from=F("quiet_until"))
                ),
                name="quiet_has_a_beginning_and_another_end",
                violation_error_message=_("Le calme commence et finit à deux heures différentes."),
            ),
            models.CheckConstraint(
                condition=Q(mail_stopped_at=None, mail_stopped_for="", mail_stopped_address="")
                | (
                    Q(mail_stopped_at__isnull=False)
                    & ~Q(mail_stopped_for="")
                    & ~Q(mail_stopped_address="")
                ),
                name="an_address_without_mails_is_named_with_the_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"habits of {self.person_id}"


class Device(SpaceModel):
    """A browser that takes pushes for a member: the push service's address and the keys for it."""

    RETENTION = retention.with_person(_("Appareils"))

    id = RowNumber(primary_key=True)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    reference = models.CharField(max_length=12)
    endpoint = models.URLField(max_length=500, unique=True)
    public_key = models.CharField(max_length=100)
    secret = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    added_at = models.DateTimeField()
    pushed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        indexes = [models.Index(fields=["person"], name="devices_of_a_member")]

    def __str__(self) -> str:
        return f"{self.name} of {self.person_id}"
