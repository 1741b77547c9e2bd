"""The app of this room."""

import datetime as dt
from typing import Any

from django.apps import AppConfig

from saas.kernel import hooks
from saas.kernel.people import erasing, ways_in


class IntegrationsConfig(AppConfig):
    """The room of programs: tokens and webhooks."""

    name = "tenants.community.integrations"
    label = "integrations"

    def ready(self) -> None:
        """Register the hooks for webhook events; revoke the tokens of leavers."""
        from tenants.community.integrations import actions, queries  # noqa: PLC0415 - models first

        def record(happening: hooks.Happening, at: dt.datetime) -> None:
            actions.record_event(happening=happening, at=at)

        def on_member_left(person: Any, at: dt.datetime) -> None:
            actions.revoke_all_of(by=person, at=at)

        def on_ways_in_ended(person: Any, end: ways_in.End, at: dt.datetime) -> None:
            ends = actions.revoke_all_of if end is ways_in.End.ALL else actions.revoke_personal
            ends(by=person, at=at)

        ways_in.ended.offer(self.label, on_ways_in_ended)
        hooks.happened.offer(self.label, record)
        hooks.member_left.offer(self.label, on_member_left)
        hooks.personal_data.offer(self.label, queries.personal_data)
        erasing.erase.offer(self.label, lambda person, at: actions.erase(by=person, at=at))
        erasing.forget.offer(
            self.label, lambda trace, at: actions.forget_things(trace=trace, at=at)
        )
