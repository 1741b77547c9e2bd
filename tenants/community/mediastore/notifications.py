"""News for those who waited for a medium."""

import datetime as dt

from django.template.defaultfilters import date as written_date
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from saas.kernel.notifying import Event, Kind, Words, notify
from tenants.community.mediastore.models import Borrowing


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

    event = Event(
        key=f"medium-lent:{borrowing.pk}",
        kind=Kind.LOANS,
        path=medium.get_absolute_url(),
        about=f"medium:{medium.reference}",
        words=words,
    )
    notify(event, to=[borrowing.borrower_id], at=at)
