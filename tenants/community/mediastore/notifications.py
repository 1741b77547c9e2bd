"""Notifications for borrowers and for members on a waiting list."""

import datetime as dt
from collections.abc import Callable

from django.template.defaultfilters import date as written_date
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from saas.kernel.notifying import Event, Kind, Words, notify
from tenants.community.mediastore import wording
from tenants.community.mediastore.models import Borrowing, Medium


def notify_copy_ready(borrowing: Borrowing, *, at: dt.datetime) -> None:
    """Notify a member that the copy they waited for is theirs, and until when."""
    medium = borrowing.medium

    def words() -> Words:
        return Words(
            title=_("Votre exemplaire vous attend"),
            text=_(
                "« %(title)s » est à vous jusqu’au %(day)s. Le retour est automatique ; "
                "si vous ne le voulez plus, rendez-le sur sa page : il ira à la personne suivante."
            )
            % {"title": medium.title, "day": written_date(localtime(borrowing.due_at), "j F")},
            action=_("Ouvrir"),
        )

    event = _event(f"medium-lent:{borrowing.pk}", medium, words)
    notify(event, to=[borrowing.borrower_id], at=at)


def notify_open_to_all(medium: Medium, readers: list[int], *, at: dt.datetime) -> None:
    """Notify waiting members that all members may open the medium now."""
    event = _event(
        f"medium-open:{medium.pk}:{at.isoformat()}",
        medium,
        lambda: wording.is_open_to_all(medium.title),
    )
    notify(event, to=readers, at=at)


def notify_gone(medium: Medium, readers: list[int], *, at: dt.datetime) -> None:
    """Notify borrowers and waiting members that a medium was withdrawn from the shelf."""
    event = _event(
        f"medium-gone:{medium.pk}",
        medium,
        lambda: wording.is_gone(medium.title),
        path=reverse("mediastore:shelf"),
    )
    notify(event, to=readers, at=at)


def _event(key: str, medium: Medium, words: Callable[[], Words], *, path: str = "") -> Event:
    """Return a notification event about a medium; it links to `path`, by default its page."""
    return Event(
        key=key,
        kind=Kind.LOANS,
        path=path or medium.get_absolute_url(),
        about=f"medium:{medium.reference}",
        words=words,
    )
