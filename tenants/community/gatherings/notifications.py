"""News for those who come to a gathering, or wait for a place."""

from django.utils import timezone

from saas.kernel.notifying import Event, Kind, notify, written
from tenants.community.gatherings.models import Notice


def tell_of(notice: Notice) -> None:
    """Tell somebody that a gathering changed, was cancelled, is tomorrow, or has a place."""
    gathering = notice.gathering
    event = Event(
        key=f"gathering-notice:{notice.pk}",
        kind=Kind.GATHERINGS,
        path=gathering.get_absolute_url(),
        about=f"gathering:{gathering.reference}",
        words=lambda: written(
            f"gathering_{notice.kind}", {"gathering": gathering, "notice": notice}
        ),
    )
    notify(event, to=[notice.person_id], at=timezone.now())
