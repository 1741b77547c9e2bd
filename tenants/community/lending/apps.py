"""The app of this room."""

import datetime as dt
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from saas.kernel import hooks, modules, revision
from saas.kernel.offers import adoption_hooks, digest_hooks, home_hooks
from saas.kernel.people import dealings as dealing_hooks
from saas.kernel.people import erasing, judging, moving
from saas.kernel.search import search_hooks
from saas.kernel.values import calendars
from saas.kernel.web import touching


class LendingConfig(AppConfig):
    """The room of lending: things of members and of the council, and their loans."""

    name = "tenants.community.lending"
    label = "lending"

    def ready(self) -> None:
        """Register the hooks for conversations, moderation and the clock; settle leavers."""
        from tenants.community.lending.actions import (  # noqa: PLC0415 - models first
            erasing as erasing_actions,
        )
        from tenants.community.lending.actions import meetings, things, times  # noqa: PLC0415
        from tenants.community.lending.models import LendingPicture, Thing  # noqa: PLC0415
        from tenants.community.lending.queries import page, personal  # noqa: PLC0415

        def on_member_left(person: Any, at: dt.datetime) -> None:
            times.settle_leaver(by=person, at=at)

        def on_employer_changed(person: Any, company_id: int | None, at: dt.datetime) -> None:
            times.settle_move(by=person, company_id=company_id, at=at)

        def reserve(reservation: hooks.Reservation, by: Any, at: dt.datetime) -> str:
            return (
                meetings.book(reservation=reservation, by=by, at=at)
                if reservation.kind == page.KIND
                else ""
            )

        def release(reservation: hooks.Reservation, by: Any, at: dt.datetime) -> None:
            if reservation.kind == page.KIND:
                meetings.unbook(reservation=reservation, by=by, at=at)

        hooks.reserve.offer(self.label, reserve)
        hooks.release.offer(self.label, release)
        revision.watch(LendingPicture, Thing)
        hooks.subject.offer(self.label, page.subject)
        hooks.member_left.offer(self.label, on_member_left)
        moving.employer_changed.offer(self.label, on_employer_changed)
        hooks.moved_url.offer(self.label, page.moved_url)
        judging.let_judge(self.label, page.KIND, judge=page.judged, hide=things.conceal)
        hooks.personal_data.offer(self.label, personal.personal_data)
        erasing.obstacles.offer(self.label, personal.obstacles)
        erasing.erase.offer(self.label, lambda person, at: erasing_actions.erase(by=person, at=at))
        self._show_elsewhere()
        self._be_a_module()

    def _show_elsewhere(self) -> None:
        """Register this room's parts for the home page, rail, screens, search and calendars."""
        from tenants.community.lending.queries import (  # noqa: PLC0415 - models first
            calendar,
            dealings,
            loans,
            novelties,
            running,
            searched,
            shared,
            slides,
            today,
        )

        calendars.entries.offer(self.label, calendar.calendar_entries)
        dealing_hooks.between.offer(self.label, dealings.between)
        hooks.feed.offer(self.label, shared.for_feed)
        hooks.slides.offer(self.label, slides.slides)
        touching.on_wall.offer(self.label, slides.on_wall)
        hooks.rail_counts.offer(self.label, loans.rail_counts, finishing=True)
        hooks.offered_items.offer(self.label, shared.offered_items)
        home_hooks.today_columns.offer(self.label, today.columns)
        home_hooks.begun_columns.offer(self.label, today.begun_columns)
        home_hooks.agenda.offer(self.label, today.agenda)
        home_hooks.running.offer(self.label, running.running)
        home_hooks.chances.offer(self.label, today.chances)
        search_hooks.search.offer(self.label, searched.search)
        search_hooks.tiles_by_reference.offer(self.label, searched.tiles_by_reference)
        digest_hooks.novelties.offer(self.label, novelties.novelties)
        hooks.offers_of.offer(self.label, shared.offers_of)
        search_hooks.offerers.offer(self.label, shared.offerers)
        search_hooks.offered_titles.offer(self.label, shared.offered_titles)

    def _be_a_module(self) -> None:
        """Register this room as a module that spaces can switch off, and its adoption figures."""
        from tenants.community.lending.queries import (  # noqa: PLC0415 - models first
            adoption,
            underway,
        )

        adoption_hooks.acts.offer(self.label, adoption.acts)
        modules.offer(
            modules.Module(
                self.label,
                _("Emprunter et prêter"),
                _("Des objets que l’on se prête, d’un quart d’heure à quelques jours."),
                "hand-helping",
                addresses=("lending:", "api:thing-", "api:loan-"),
                underway=underway.underway,
                stays=(
                    *("lending:loan", "lending:sheet", "lending:handover", "lending:scan"),
                    *("lending:event", "lending:code", "lending:damage", "lending:leave"),
                    *("lending:picture", "api:loan-"),
                ),
                ending="lending:loans",
            )
        )
