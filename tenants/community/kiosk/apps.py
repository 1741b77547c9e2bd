"""The app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from saas.kernel import hooks, modules, revision
from saas.kernel.offers import home_hooks, screen_hooks
from saas.kernel.people import erasing
from saas.kernel.web import polling, touching


class KioskConfig(AppConfig):
    """The room of screens: pairing, the loop, and proof of play."""

    name = "tenants.community.kiosk"
    label = "kiosk"

    def ready(self) -> None:
        """Register the plays of paid placements, and the fast response to polling screens."""
        from tenants.community.kiosk.actions import screens  # noqa: PLC0415
        from tenants.community.kiosk.models import (  # noqa: PLC0415
            Arrangement,
            DayPart,
            ScreenMessage,
        )
        from tenants.community.kiosk.queries import personal, sold  # noqa: PLC0415
        from tenants.community.kiosk.queries import screens as queries  # noqa: PLC0415 - models load first
        from tenants.community.kiosk.rules import screens as rules  # noqa: PLC0415 - models load first

        hooks.plays.offer(self.label, queries.plays_since)
        screen_hooks.screens_sold.offer(self.label, sold.screens_sold)
        screen_hooks.is_shown.offer(self.label, sold.is_shown)
        home_hooks.begun_columns.offer(self.label, queries.begun_columns)
        hooks.rail_counts.offer(self.label, queries.rail_counts)
        revision.watch(Arrangement, DayPart, ScreenMessage)
        polling.offer(rules.PLAYLIST_PATH, cookie=rules.SCREEN_COOKIE)
        touching.offer(rules.SCREEN_PATH)
        touching.is_touched.offer(self.label, queries.is_touched)
        hooks.personal_data.offer(self.label, personal.personal_data)
        erasing.forget.offer(
            self.label, lambda trace, at: screens.forget_things(trace=trace, at=at)
        )
        self._be_a_module()

    def _be_a_module(self) -> None:
        """Let spaces switch this room off."""
        from tenants.community.kiosk.queries import underway  # noqa: PLC0415 - models first

        modules.offer(
            modules.Module(
                self.label,
                _("Écrans"),
                _("La boucle des écrans du hall."),
                "monitor",
                addresses=("kiosk:", "api:screen-"),
                underway=underway.underway,
                stays=(
                    *("kiosk:show", "kiosk:worker", "kiosk:code", "kiosk:claim"),
                    *("kiosk:playlist", "kiosk:media", "kiosk:alive", "kiosk:report"),
                ),
            )
        )
