"""The app of this room."""

import datetime as dt
from typing import Any

from django.apps import AppConfig

from saas.kernel import hooks, revision
from saas.kernel.offers import home_hooks
from saas.kernel.people import erasing, judging
from saas.kernel.search import search_hooks
from saas.kernel.web import touching


class ClassifiedsConfig(AppConfig):
    """The room of classifieds: sold, given, lent, rented, swapped, looked for, or a service."""

    name = "tenants.community.classifieds"
    label = "classifieds"

    def ready(self) -> None:
        """Offer the home page, the rail and conversations what they ask for; settle a leaver's."""
        from tenants.community.classifieds import actions, queries  # noqa: PLC0415 - models first
        from tenants.community.classifieds.models import Classified, Picture  # noqa: PLC0415
        from tenants.community.classifieds.queries import personal  # noqa: PLC0415

        def settle(person: Any, at: dt.datetime) -> None:
            actions.close_all_of(by=person, at=at)

        def reserve(asked: hooks.Reservation, by: Any, at: dt.datetime) -> str:
            if asked.kind == queries.KIND:
                actions.reserve(reference=asked.reference, person_id=asked.person_id, by=by, at=at)
            return ""

        def release(asked: hooks.Reservation, by: Any, at: dt.datetime) -> None:
            if asked.kind == queries.KIND:
                actions.release(reference=asked.reference, person_id=asked.person_id, by=by, at=at)

        hooks.reserve.offer(self.label, reserve)
        hooks.release.offer(self.label, release)
        hooks.feed.offer(self.label, queries.for_feed)
        home_hooks.begun_columns.offer(self.label, queries.begun_columns)
        hooks.slides.offer(self.label, queries.slides)
        touching.on_wall.offer(self.label, queries.on_wall)
        revision.watch(Classified, Picture)
        hooks.rail_counts.offer(self.label, queries.rail_counts)
        hooks.subject.offer(self.label, queries.subject)
        hooks.member_left.offer(self.label, settle)
        search_hooks.search.offer(self.label, queries.search)
        search_hooks.tiles_by_reference.offer(self.label, queries.tiles_by_reference)
        hooks.offered_items.offer(self.label, queries.offered)
        hooks.novelties.offer(self.label, queries.novelties)
        judging.let_judge(self.label, queries.KIND, judge=queries.judged, hide=actions.conceal)
        hooks.offers_of.offer(self.label, queries.offers_of)
        hooks.personal_data.offer(self.label, personal.personal_data)
        erasing.erase.offer(self.label, lambda person, at: actions.erase(by=person, at=at))
