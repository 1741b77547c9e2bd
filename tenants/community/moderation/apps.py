"""The app of this room."""

import datetime as dt
from typing import Any

from django.apps import AppConfig

from saas.kernel import hooks
from saas.kernel.offers import home_hooks
from saas.kernel.people import erasing, joining


class ModerationConfig(AppConfig):
    """The room of moderation: reports, decisions, appeals, goods forbidden in offers."""

    name = "tenants.community.moderation"
    label = "moderation"

    def ready(self) -> None:
        """Register the side column's counts, and the check of offered goods for other rooms."""
        from tenants.community.moderation import actions  # noqa: PLC0415 - models load first
        from tenants.community.moderation.queries import (  # noqa: PLC0415 - models load first
            charter,
            pages,
            personal,
        )
        from tenants.community.moderation.rules import goods  # noqa: PLC0415

        def accept(person: Any, version: int, at: dt.datetime) -> None:
            actions.accept_at_joining(version=version, by=person, at=at)

        joining.texts.offer(self.label, charter.joining_text)
        joining.accept.offer(self.label, accept)
        hooks.rail_counts.offer(self.label, pages.rail_counts)
        home_hooks.begun_columns.offer(self.label, charter.begun_columns)
        hooks.signed_in_columns.offer(self.label, charter.signed_in_columns)
        hooks.first_things.offer(self.label, charter.first_thing)
        hooks.check_goods.offer(self.label, goods.check)
        hooks.personal_data.offer(self.label, personal.personal_data)
        erasing.erase.offer(self.label, lambda person, at: actions.erase(by=person, at=at))
