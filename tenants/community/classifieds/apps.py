"""The app of this room."""

import datetime as dt
from typing import Any

from django.apps import AppConfig

from saas.kernel import hooks, revision
from saas.kernel.offers import adoption_hooks, digest_hooks, home_hooks
from saas.kernel.people import erasing, judging
from saas.kernel.search import search_hooks
from saas.kernel.web import touching


class ClassifiedsConfig(AppConfig):
    """The room of classifieds: sold, given, lent, rented, swapped, looked for, or a service."""

    name = "tenants.community.classifieds"
    label = "classifieds"

    def ready(self) -> None:
        """Register the hooks for conversations and moderation; close leavers' classifieds."""
        from tenants.community.classifieds import actions  # noqa: PLC0415 - models first
        from tenants.community.classifieds.models import Classified, Picture  # noqa: PLC0415
        from tenants.community.classifieds.queries import personal, single  # noqa: PLC0415

        def on_member_left(person: Any, at: dt.datetime) -> None:
            actions.close_all_of(by=person, at=at)

        def reserve(reservation: hooks.Reservation, by: Any, at: dt.datetime) -> str:
            if reservation.kind == single.KIND:
                actions.reserve(
                    reference=reservation.reference, person_id=reservation.person_id, by=by, at=at
                )
            return ""

        def release(reservation: hooks.Reservation, by: Any, at: dt.datetime) -> None:
            if reservation.kind == single.KIND:
                actions.release(
                    reference=reservation.reference, person_id=reservation.person_id, by=by, at=at
                )

        hooks.reserve.offer(self.label, reserve)
        hooks.release.offer(self.label, release)
        revision.watch(Classified, Picture)
        hooks.subject.offer(self.label, single.subject)
        hooks.member_left.offer(self.label, on_member_left)
        judging.let_judge(self.label, single.KIND, judge=single.judged, hide=actions.conceal)
        hooks.personal_data.offer(self.label, personal.personal_data)
        erasing.erase.offer(self.label, lambda person, at: actions.erase(by=person, at=at))
        self._show_elsewhere()

    def _show_elsewhere(self) -> None:
        """Register the parts of this room for the home page, the rail, screens and search."""
        from tenants.community.classifieds.queries import (  # noqa: PLC0415 - models first
            adoption,
            board,
            novelties,
            running,
            searched,
            shared,
            single,
            slides,
        )

        adoption_hooks.acts.offer(self.label, adoption.acts)
        hooks.feed.offer(self.label, board.for_feed)
        home_hooks.begun_columns.offer(self.label, board.begun_columns)
        home_hooks.running.offer(self.label, running.running)
        hooks.slides.offer(self.label, slides.slides)
        touching.on_wall.offer(self.label, slides.on_wall)
        search_hooks.search.offer(self.label, searched.search)
        search_hooks.tiles_by_reference.offer(self.label, searched.tiles_by_reference)
        hooks.offered_items.offer(self.label, shared.offered_items)
        digest_hooks.novelties.offer(self.label, novelties.novelties)
        hooks.offers_of.offer(self.label, single.offers_of)
        search_hooks.offerers.offer(self.label, single.offerers)
        search_hooks.offered_titles.offer(self.label, single.offered_titles)
