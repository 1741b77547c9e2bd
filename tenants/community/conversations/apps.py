"""The app of this room."""

import datetime as dt
from typing import Any

from anymail.signals import inbound  # type: ignore[import-untyped]
from django.apps import AppConfig

from saas.kernel import hooks
from saas.kernel.offers import home_hooks
from saas.kernel.people import erasing, judging
from saas.kernel.values import calendars


class ConversationsConfig(AppConfig):
    """The room of conversations of two colleagues about one thing."""

    name = "tenants.community.conversations"
    label = "conversations"

    def ready(self) -> None:
        """Offer the rail its count of what is not read; call off a leaver's meetings; take mail."""
        from tenants.community.conversations import (  # noqa: PLC0415 - models first
            actions,
            queries,
            views,
            wording,
        )

        def settle(person: Any, at: dt.datetime) -> None:
            actions.cancel_all_of(by=person, at=at)

        calendars.entries.offer(self.label, queries.calendar_entries)
        home_hooks.today_columns.offer(self.label, queries.today_columns)
        home_hooks.agenda.offer(self.label, wording.agenda)
        hooks.rail_counts.offer(self.label, queries.rail_counts)
        hooks.member_left.offer(self.label, settle)
        hooks.reply_addresses.offer(self.label, queries.reply_address)
        inbound.connect(views.take_inbound, dispatch_uid=self.label)
        hooks.subject.offer(self.label, queries.reportable)
        judging.let_judge(self.label, queries.KIND, judge=queries.judged, hide=actions.conceal)
        hooks.blocked.offer(self.label, queries.is_blocked)
        hooks.blocked_people.offer(self.label, queries.blocked_people)
        hooks.personal_data.offer(self.label, queries.personal_data)
        erasing.erase.offer(self.label, lambda person, at: actions.erase(by=person, at=at))
