"""The app of this room."""

import datetime as dt
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from saas.kernel import hooks, modules, revision
from saas.kernel.offers import adoption_hooks, home_hooks, shelf_hooks
from saas.kernel.people import erasing, judging
from saas.kernel.web import touching


class MediastoreConfig(AppConfig):
    """The room of the mediastore: a shelf of media, read and played in the page."""

    name = "tenants.community.mediastore"
    label = "mediastore"

    def ready(self) -> None:
        """Settle a leaver's copies, show the code of the day on screens, let media be judged."""
        from tenants.community.mediastore.actions import shelf as actions  # noqa: PLC0415 - models load first
        from tenants.community.mediastore.models import Medium  # noqa: PLC0415
        from tenants.community.mediastore.queries import judging as judged  # noqa: PLC0415
        from tenants.community.mediastore.queries import personal, slides, sponsors  # noqa: PLC0415

        def on_member_left(person: Any, at: dt.datetime) -> None:
            actions.leave(by=person, at=at)

        hooks.member_left.offer(self.label, on_member_left)
        hooks.slides.offer(self.label, slides.slides)
        shelf_hooks.shelf_places.offer(self.label, sponsors.places)
        shelf_hooks.shelf_is_bare.offer(self.label, sponsors.is_bare)
        revision.watch(Medium)
        touching.offer("/media/touch/")
        hooks.subject.offer(self.label, judged.subject)
        judging.let_judge(self.label, judged.KIND, judge=judged.judged, hide=actions.conceal)
        hooks.personal_data.offer(self.label, personal.personal_data)
        erasing.erase.offer(self.label, lambda person, at: actions.erase(by=person, at=at))
        self._be_a_module()

    def _be_a_module(self) -> None:
        """Let spaces switch this room off, and count its usage."""
        from tenants.community.mediastore.queries import (  # noqa: PLC0415 - models first
            adoption,
            running,
            underway,
        )

        adoption_hooks.acts.offer(self.label, adoption.acts)
        home_hooks.running.offer(self.label, running.running)
        modules.offer(
            modules.Module(
                self.label,
                _("Médiathèque"),
                _("Une étagère de médias, à lire sur place ou à emprunter."),
                "newspaper",
                addresses=("mediastore:", "api:medium-"),
                underway=underway.underway,
                stays=("mediastore:give_back", "api:medium-give-back"),
            )
        )
