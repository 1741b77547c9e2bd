"""A member's rows of this room, for the copy of their data."""

from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel.people.personal import PersonalTable, table
from tenants.community.notifications.models import Device, Digest, Habits, Notification, Switch


def personal_data(person: User) -> list[PersonalTable]:
    """Return the data of this room about a person: a device's name, without its keys."""
    return [
        table(
            "notifications",
            _("Notifications"),
            Notification.objects.filter(person=person),
            *("reference", "kind", "title", "text", "path", "made_at", "deadline"),
            *("read_at", "done_at", "mailed_at", "pushed_at"),
        ),
        table(
            "digests",
            _("Résumés du jour"),
            Digest.objects.filter(person=person),
            *("day", "entries", "sent_at"),
        ),
        table(
            "notification_switches",
            _("Choix des notifications"),
            Switch.objects.filter(person=person),
            *("kind", "channel", "rhythm"),
        ),
        table(
            "notification_habits",
            _("Heures des notifications"),
            Habits.objects.filter(person=person),
            *("quiet_from", "quiet_until", "quiet_weekends", "digest_hour", "came_at"),
            *("digests_stopped_at", "mail_stopped_at", "mail_stopped_for"),
        ),
        table(
            "devices",
            _("Appareils"),
            Device.objects.filter(person=person),
            *("name", "added_at", "pushed_at"),
        ),
    ]
