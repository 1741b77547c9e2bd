"""The app of this room."""

import datetime as dt
from typing import Any

from django.apps import AppConfig

from saas.kernel import hooks


class ConversationsConfig(AppConfig):
    """The room of conversations of two colleagues about one thing."""

    name = "tenants.community.conversations"
    label = "conversations"

    def ready(self) -> None:
        """Offer the rail its count of what is not read; call off a leaver's meetings."""
        from tenants.community.conversations import actions, queries  # noqa: PLC0415 - models first

        def settle(person: Any, at: dt.datetime) -> None:
            actions.cancel_all_of(by=person, at=at)

        hooks.rail_counts.offer(self.label, queries.rail_counts)
        hooks.member_left.offer(self.label, settle)
