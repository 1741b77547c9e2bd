"""The app of this room."""

import datetime as dt
from typing import Any

from django.apps import AppConfig

from saas.kernel import hooks
from saas.kernel.offers import adoption_hooks
from saas.kernel.people import erasing, ways_in


class NotificationsConfig(AppConfig):
    """The room of notifications: other rooms' news to members, by each member's own settings."""

    name = "tenants.community.notifications"
    label = "notifications"

    def ready(self) -> None:
        """Register for `saas.kernel.notifying`, the pages' count, visits and departures."""
        from tenants.community.notifications import actions  # noqa: PLC0415 - models first
        from tenants.community.notifications.queries import lists as queries  # noqa: PLC0415 - models first
        from tenants.community.notifications.queries import personal  # noqa: PLC0415

        def record(event: Any, to: list[int], at: dt.datetime) -> None:
            actions.record(event=event, to=to, at=at)

        def settle(about: str, to: list[int] | None, at: dt.datetime) -> None:
            actions.settle(about=about, to=to, at=at)

        def on_page_opened(person: Any, path: str, at: dt.datetime) -> None:
            if queries.is_news(person, at):
                actions.record_visit(path=path, by=person, at=at)

        def settle_leaver(person: Any, at: dt.datetime) -> None:
            actions.settle_leaver(by=person, at=at)

        ways_in.ended.offer(
            self.label, lambda person, end, at: actions.end_devices(by=person, end=end, at=at)
        )
        hooks.notified.offer(self.label, record)
        hooks.notified_settled.offer(self.label, settle)
        hooks.page_opened.offer(self.label, on_page_opened)
        hooks.signed_in_columns.offer(self.label, queries.signed_in_columns)
        hooks.rail_counts.offer(self.label, queries.rail_counts)
        hooks.member_left.offer(self.label, settle_leaver)
        adoption_hooks.active_members.offer(self.label, queries.active_members)
        hooks.personal_data.offer(self.label, personal.personal_data)
        erasing.erase.offer(self.label, lambda person, at: actions.erase(by=person, at=at))
        erasing.forget.offer(
            self.label, lambda trace, at: actions.forget_things(trace=trace, at=at)
        )
