"""Notifications for the participants of a gathering and for its waiting list."""

from django.utils import timezone

from saas.kernel.notifying import Event, Kind, notify, written
from tenants.community.gatherings import rules
from tenants.community.gatherings.models import Notice


def send_notice(notice: Notice) -> None:
    """Notify a person of a change, a cancellation, a reminder or a place at a gathering.

    Until it begins they can still give up their place, so it appears among their tasks.
    """
    gathering, at = notice.gathering, timezone.now()
    waits = notice.kind != Notice.Kind.CANCELLED and gathering.starts_at > at
    event = Event(
        key=f"gathering-notice:{notice.pk}",
        kind=Kind.GATHERINGS,
        path=gathering.get_absolute_url(),
        about=rules.about(gathering.reference),
        deadline=gathering.starts_at if waits else None,
        words=lambda: written(
            f"gathering_{notice.kind}", {"gathering": gathering, "notice": notice}
        ),
    )
    notify(event, to=[notice.person_id], at=at)
