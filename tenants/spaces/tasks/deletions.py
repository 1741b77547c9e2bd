"""Mails on the planned deletion of a space, to people with the right to cancel it."""

from celery import shared_task
from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel import hooks, pending_mail, schema
from saas.kernel.notifying import Event, Kind, Words, notify
from saas.kernel.tasks import TenantTask
from tenants.spaces import notifications
from tenants.spaces.models import Change
from tenants.spaces.queries import life as queries


@shared_task(base=TenantTask)
def mail_end(change_id: int) -> None:
    """Mail administrators and councils that the deletion is planned, near, moved, or cancelled."""
    here = schema.current()
    known = set(hooks.administrators.collect())
    elected = set(hooks.all_council_people.collect())
    people = list(User.objects.filter(pk__in=known | elected, is_active=True).order_by("pk"))

    def mail(change: Change) -> None:
        is_off = change.what == Change.What.END_OFF
        if not is_off and queries.planned_deletion_of(here) is None:
            return  # cancelled meanwhile: a separate mail reports this
        for person in people:
            with translation.override(person.language):
                obstacles = [] if is_off else queries.admin_obstacles(change.tenant, timezone.now())
            with schema.inside(here):
                notifications.mail_end(
                    change, person, obstacles=obstacles, administers=person.pk in known
                )

    with schema.in_public():
        pending_mail.send_once(queries.changes_of_end(here), change_id, mail)
        change = queries.end_for_all(change_id)
    if change is not None:
        _notify_members(change, but=known | elected)


def _notify_members(change: Change, *, but: set[int]) -> None:
    """Notify each other member a single time of a planned deletion, or of its cancellation."""
    is_off = change.what == Change.What.END_OFF
    day = change.before if is_off else change.after

    def words() -> Words:
        if is_off:
            title = _("L’espace reste\u00a0: sa suppression est annulée")
            return Words(title, _("Rien n’est perdu."), _("Ouvrir l’espace"))
        return Words(
            _("Cet espace sera supprimé le %(day)s") % {"day": day},
            _(
                "L’administration l’a demandé, une seconde personne l’a confirmé. Rendez d’ici là "
                "ce que vous avez emprunté, et emportez vos données."
            ),
            _("Ce qui disparaît, ce qui reste"),
        )

    members = User.objects.filter(is_active=True).exclude(pk__in=but)
    path = "/" if is_off else reverse("spaces:delete", urlconf=settings.ROOT_URLCONF)
    event = Event(f"space-end:{change.pk}", Kind.DECISIONS, path, words)
    notify(event, to=members.values_list("pk", flat=True), at=timezone.now())
