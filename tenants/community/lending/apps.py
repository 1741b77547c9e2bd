"""The app of this room."""

import datetime as dt
from typing import Any

from django.apps import AppConfig

from saas.kernel import hooks, revision
from saas.kernel.offers import home_hooks
from saas.kernel.people import erasing, judging
from saas.kernel.search import search_hooks
from saas.kernel.values import calendars
from saas.kernel.web import touching


class LendingConfig(AppConfig):
    """The room of lending: things of members and of the council, and their loans."""

    name = "tenants.community.lending"
    label = "lending"

    def ready(self) -> None:
        """Offer the home page, the rail, conversations and neighbours what they ask for."""
        from tenants.community.lending import actions, queries  # noqa: PLC0415 - models first
        from tenants.community.lending.models import LendingPicture, Thing  # noqa: PLC0415
        from tenants.community.lending.queries import personal, today  # noqa: PLC0415

        def settle(person: Any, at: dt.datetime) -> None:
            actions.settle_leaver(by=person, at=at)

        def reserve(asked: hooks.Reservation, by: Any, at: dt.datetime) -> str:
            return actions.book(asked=asked, by=by, at=at) if asked.kind == queries.KIND else ""

        def release(asked: hooks.Reservation, by: Any, at: dt.datetime) -> None:
            if asked.kind == queries.KIND:
                actions.unbook(asked=asked, by=by, at=at)

        hooks.reserve.offer(self.label, reserve)
        hooks.release.offer(self.label, release)
        calendars.entries.offer(self.label, queries.calendar_entries)
        hooks.feed.offer(self.label, queries.for_feed)
        hooks.slides.offer(self.label, queries.slides)
        touching.on_wall.offer(self.label, queries.on_wall)
        revision.watch(LendingPicture, Thing)
        hooks.rail_counts.offer(self.label, queries.rail_counts)
        hooks.subject.offer(self.label, queries.subject)
        hooks.member_left.offer(self.label, settle)
        hooks.offered_items.offer(self.label, queries.offered)
        home_hooks.today_columns.offer(self.label, today.columns)
        home_hooks.begun_columns.offer(self.label, today.begun_columns)
        home_hooks.agenda.offer(self.label, today.agenda)
        home_hooks.chances.offer(self.label, today.chances)
        search_hooks.search.offer(self.label, queries.search)
        search_hooks.tiles_by_reference.offer(self.label, queries.tiles_by_reference)
        hooks.moved_url.offer(self.label, queries.moved_url)
        hooks.novelties.offer(self.label, queries.novelties)
        judging.let_judge(self.label, queries.KIND, judge=queries.judged, hide=actions.conceal)
        hooks.offers_of.offer(self.label, queries.offers_of)
        hooks.personal_data.offer(self.label, personal.personal_data)
        erasing.obstacles.offer(self.label, personal.obstacles)
        erasing.erase.offer(self.label, lambda person, at: actions.erase(by=person, at=at))
