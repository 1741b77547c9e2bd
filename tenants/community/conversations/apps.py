"""The app of this room."""

import datetime as dt
from typing import Any

from anymail.signals import inbound  # type: ignore[import-untyped]
from django.apps import AppConfig

from saas.kernel import hooks
from saas.kernel.offers import adoption_hooks, home_hooks
from saas.kernel.people import erasing, judging
from saas.kernel.values import calendars


class ConversationsConfig(AppConfig):
    """The room of conversations between two colleagues about a subject."""

    name = "tenants.community.conversations"
    label = "conversations"

    def ready(self) -> None:
        """Register the rail's count of unread messages, inbound mail, and leavers' cleanup."""
        from tenants.community.conversations import actions, views, wording  # noqa: PLC0415
        from tenants.community.conversations.queries import (  # noqa: PLC0415
            adoption,
            calendar,
            personal,
            reported,
            running,
            talks,
            today,
        )

        def on_member_left(person: Any, at: dt.datetime) -> None:
            actions.cancel_all_of(by=person, at=at)

        adoption_hooks.acts.offer(self.label, adoption.acts)
        calendars.entries.offer(self.label, calendar.calendar_entries)
        home_hooks.today_columns.offer(self.label, today.today_columns)
        home_hooks.agenda.offer(self.label, wording.agenda)
        home_hooks.running.offer(self.label, running.running)
        hooks.rail_counts.offer(self.label, talks.rail_counts)
        hooks.member_left.offer(self.label, on_member_left)
        hooks.reply_addresses.offer(self.label, talks.reply_address)
        inbound.connect(views.take_inbound, dispatch_uid=self.label)
        hooks.subject.offer(self.label, reported.reportable)
        judging.let_judge(self.label, reported.KIND, judge=reported.judged, hide=actions.conceal)
        hooks.blocked.offer(self.label, talks.is_blocked)
        hooks.blocked_people.offer(self.label, talks.blocked_people)
        hooks.personal_data.offer(self.label, personal.personal_data)
        erasing.erase.offer(self.label, lambda person, at: actions.erase(by=person, at=at))
