"""News for those who waited for a medium."""

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
    """Tell somebody that the copy for which they waited is theirs, and until when."""
    medium = borrowing.medium

    def words() -> Words:
        return Words(
            title=_("Votre exemplaire vous attend"),
            text=_(
                "« %(title)s » est à vous jusqu’au %(day)s. Il se rend tout seul ; si vous ne le "
                "voulez plus, rendez-le sur sa page : il ira à la personne suivante."
            )
            % {"title": medium.title, "day": written_date(localtime(borrowing.due_at), "j F")},
            action=_("Ouvrir"),
        )

    event = _event(f"medium-lent:{borrowing.pk}", medium, words)
    notify(event, to=[borrowing.borrower_id], at=at)


def notify_open_to_all(medium: Medium, readers: list[int], *, at: dt.datetime) -> None:
    """Tell who waited for a medium that everybody may open it now."""
    event = _event(
        f"medium-open:{medium.pk}:{at.isoformat()}",
        medium,
        lambda: wording.is_open_to_all(medium.title),
    )
    notify(event, to=readers, at=at)


def notify_gone(medium: Medium, readers: list[int], *, at: dt.datetime) -> None:
    """Tell who held a copy of a medium, or waited for one, that it was taken off the shelf."""
    event = _event(
        f"medium-gone:{medium.pk}",
        medium,
        lambda: wording.is_gone(medium.title),
        path=reverse("mediastore:shelf"),
    )
    notify(event, to=readers, at=at)


def _event(key: str, medium: Medium, words: Callable[[], Words], *, path: str = "") -> Event:
    """Return what happened to a medium, which leads to its page or to another one."""
    return Event(
        key=key,
        kind=Kind.LOANS,
        path=path or medium.get_absolute_url(),
        about=f"medium:{medium.reference}",
        words=words,
    )
