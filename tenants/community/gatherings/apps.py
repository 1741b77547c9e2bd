"""The app of this room."""

import datetime as dt
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from saas.kernel import hooks, modules, revision
from saas.kernel.offers import adoption_hooks, digest_hooks, home_hooks
from saas.kernel.people import erasing, judging, moving, ways_in
from saas.kernel.search import search_hooks
from saas.kernel.values import calendars
from saas.kernel.web import touching


class GatheringsConfig(AppConfig):
    """The room of gatherings: sport, lunch, outing, workshop."""

    name = "tenants.community.gatherings"
    label = "gatherings"

    def ready(self) -> None:
        """Register the hooks for the home page, conversations and neighbours; settle leavers."""
        from tenants.community.gatherings import actions  # noqa: PLC0415 - models first
        from tenants.community.gatherings.models import Gathering  # noqa: PLC0415
        from tenants.community.gatherings.queries import board as board_queries  # noqa: PLC0415
        from tenants.community.gatherings.queries import calendars as calendar_queries  # noqa: PLC0415 - models first
        from tenants.community.gatherings.queries import novelties as novelty_queries  # noqa: PLC0415
        from tenants.community.gatherings.queries import personal  # noqa: PLC0415
        from tenants.community.gatherings.queries import searched as searched_queries  # noqa: PLC0415
        from tenants.community.gatherings.queries import single as single_queries  # noqa: PLC0415
        from tenants.community.gatherings.queries import slides as slide_queries  # noqa: PLC0415

        def on_member_left(person: Any, at: dt.datetime) -> None:
            actions.settle_leaver(by=person, at=at)

        def on_employer_changed(person: Any, company_id: int | None, at: dt.datetime) -> None:
            actions.settle_move(by=person, company_id=company_id, at=at)

        calendars.entries.offer(self.label, calendar_queries.entries)
        hooks.feed.offer(self.label, board_queries.for_feed)
        hooks.slides.offer(self.label, slide_queries.slides)
        touching.on_wall.offer(self.label, slide_queries.on_wall)
        revision.watch(Gathering)
        hooks.subject.offer(self.label, single_queries.subject)
        hooks.member_left.offer(self.label, on_member_left)
        moving.employer_changed.offer(self.label, on_employer_changed)
        search_hooks.search.offer(self.label, searched_queries.search)
        search_hooks.tiles_by_reference.offer(self.label, searched_queries.tiles_by_reference)
        hooks.offered_items.offer(self.label, board_queries.offered_items)
        digest_hooks.novelties.offer(self.label, novelty_queries.novelties)
        digest_hooks.week_ahead.offer(self.label, novelty_queries.week_ahead)
        judging.let_judge(
            self.label, single_queries.KIND, judge=single_queries.judged, hide=actions.conceal
        )
        hooks.personal_data.offer(self.label, personal.personal_data)
        erasing.erase.offer(self.label, lambda person, at: actions.erase(by=person, at=at))
        self._show_at_home()
        self._be_a_module()

    def _show_at_home(self) -> None:
        from tenants.community.gatherings.queries import running, today  # noqa: PLC0415 - models first

        home_hooks.today_columns.offer(self.label, today.columns)
        home_hooks.begun_columns.offer(self.label, today.begun_columns)
        home_hooks.agenda.offer(self.label, today.agenda)
        home_hooks.running.offer(self.label, running.running)
        self._end_calendars()

    def _end_calendars(self) -> None:
        """End a member's private calendar address with their other ways in."""
        from tenants.community.gatherings import actions  # noqa: PLC0415 - models first

        ways_in.ended.offer(
            self.label, lambda who, _, at: actions.revoke_calendar_link(by=who, at=at)
        )

    def _be_a_module(self) -> None:
        """Register this room as a module that spaces can switch off, and its adoption figures."""
        from tenants.community.gatherings.queries import (  # noqa: PLC0415 - models first
            adoption,
            underway,
        )

        adoption_hooks.acts.offer(self.label, adoption.acts)
        modules.offer(
            modules.Module(
                self.label,
                _("Activités"),
                _("Sport, déjeuners, sorties, ateliers, avec des places comptées."),
                "calendar-days",
                addresses=("gatherings:", "api:gathering-"),
                underway=underway.underway,
                stays=(
                    *("gatherings:mine", "gatherings:detail", "gatherings:event"),
                    *("gatherings:sheet", "gatherings:edit", "gatherings:cancel"),
                    *("gatherings:leave", "gatherings:calendar", "gatherings:revoke"),
                    *("gatherings:feed", "api:gathering-cancel", "api:gathering-leave"),
                ),
                ending="gatherings:mine",
            )
        )
