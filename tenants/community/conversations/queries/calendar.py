"""Calendar entries of agreed and proposed meetings."""

import datetime as dt

from django.db.models import Q
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel.values import calendars
from tenants.community.conversations.models import Meeting

State = Meeting.State
A_QUARTER = dt.timedelta(minutes=15)
STATUS = {State.PROPOSED: calendars.TENTATIVE, State.ACCEPTED: calendars.CONFIRMED}


def calendar_entries(person: User, since: dt.datetime) -> list[calendars.Entry]:
    """List the calendar entries of a person's meetings from a moment on."""
    two = Q(conversation__asker=person) | Q(conversation__owner=person)
    rows = Meeting.objects.filter(two, starts_at__gt=since).select_related("conversation")
    found = rows.order_by("-starts_at", "-pk")[: calendars.MOST_EVENTS]
    return [calendar_entry(row) for row in found]


def calendar_entry(meeting: Meeting) -> calendars.Entry:
    """Return a meeting as a calendar entry; only its page shows the other party."""
    conversation = meeting.conversation
    return calendars.Entry(
        reference=f"{conversation.reference}-{meeting.pk}",
        title=_("Rendez-vous : %(title)s") % {"title": conversation.subject_title},
        starts_at=meeting.starts_at,
        ends_at=meeting.starts_at + A_QUARTER,
        url=conversation.get_absolute_url(),
        made_at=meeting.proposed_at,
        changed_at=meeting.answered_at or meeting.proposed_at,
        status=STATUS.get(State(meeting.state), calendars.CANCELLED),
    )
