"""News for those who come to a gathering, or wait for a place."""

from django.utils import timezone

from saas.kernel.notifying import Event, Kind, notify, written
from tenants.community.gatherings import rules
from tenants.community.gatherings.models import Notice


def send_notice(notice: Notice) -> None:
    """Tell somebody that a gathering changed, was cancelled, is tomorrow, or has a place.

    Until it begins they may still give their place back, so it stands in what they have to do.
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
