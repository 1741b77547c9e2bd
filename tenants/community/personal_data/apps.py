"""The app of this room."""

import datetime as dt
from typing import Any

from django.apps import AppConfig

from saas.kernel import hooks
from saas.kernel.people import erasing


class PersonalDataConfig(AppConfig):
    """The room of members' personal data."""

    name = "tenants.community.personal_data"
    label = "personal_data"

    def ready(self) -> None:
        """Register the log of accesses, and the deletion of a leaver's copies."""
        from tenants.community.personal_data import actions, queries  # noqa: PLC0415 - models first

        def on_data_access(access: hooks.DataAccess, by: Any, at: dt.datetime) -> None:
            actions.record_data_access(access=access, by=by, at=at)

        def on_member_left(person: Any, at: dt.datetime) -> None:
            actions.remove_exports_of(by=person, at=at)

        erasing.erase.offer(self.label, lambda person, at: actions.erase(by=person, at=at))
        erasing.returned.offer(
            self.label, lambda person, at: actions.cancel_erasure(by=person, at=at)
        )
        hooks.data_accessed.offer(self.label, on_data_access)
        hooks.member_left.offer(self.label, on_member_left)
        hooks.personal_data.offer(self.label, queries.personal_data)
