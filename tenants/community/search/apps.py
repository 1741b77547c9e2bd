"""The app of this room."""

import datetime as dt
from typing import Any

from django.apps import AppConfig

from saas.kernel import hooks
from saas.kernel.people import erasing


class SearchConfig(AppConfig):
    """The room searching all others: the search, saved searches, favourites."""

    name = "tenants.community.search"
    label = "search"

    def ready(self) -> None:
        """Register the columns with a member's favourites, and their deletion on departure."""
        from tenants.community.search import actions, queries  # noqa: PLC0415 - models load first

        def on_member_left(person: Any, at: dt.datetime) -> None:
            actions.forget_all_of(by=person, at=at)

        hooks.signed_in_columns.offer(self.label, queries.signed_in_columns)
        hooks.personal_data.offer(self.label, queries.personal_data)
        hooks.member_left.offer(self.label, on_member_left)
        erasing.forget.offer(
            self.label, lambda trace, at: actions.forget_things(trace=trace, at=at)
        )
