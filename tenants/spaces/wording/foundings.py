"""Steps of a founding, as its founder reads them."""

import datetime as dt
from typing import NamedTuple

from django.utils.translation import gettext as _

from saas.kernel.display.writing import in_english
from tenants.spaces.models import Founding
from tenants.spaces.rules.foundings import StepReports


class Step(NamedTuple):
    """A step of a building, as the page shows it."""

    title: str
    state: str
    seconds: str


def pages_in_words() -> list[str]:
    """Return the pages of the wizard, in their order."""
    return [
        _("Vous"),
        _("Confirmation"),
        _("Entreprise"),
        _("Site"),
        _("Adresse web"),
        _("Couleur"),
        _("Construction"),
    ]


def titles_of_steps() -> dict[str, str]:
    """Return the titles of the six steps of a building, in order."""
    return {
        "role": _("Une clé d’accès pour votre espace seul"),
        "schema": _("Un coffre à part dans la base de données"),
        "tables": _("Les pages : annonces, messages, quartier, CSE"),
        "rights": _("Les droits : personne d’un autre espace n’entre"),
        "address": _("Votre adresse web et vos sites"),
        "people": _("Votre compte, et la part de votre CSE"),
    }


def steps(state: str, reports: StepReports) -> list[Step]:
    """Return the six steps with their state, as far as the job has told of them."""
    titles = titles_of_steps()
    moments = {step["step"]: dt.datetime.fromisoformat(step["at"]) for step in reports}
    order = list(titles)
    reached = max((order.index(key) for key in moments if key in titles), default=-1)
    return [
        Step(title, _state_of(place, reached, state), _seconds_of(key, moments))
        for place, (key, title) in enumerate(titles.items())
    ]


def _state_of(place: int, reached: int, state: str) -> str:
    if state == Founding.State.BUILT or place < reached:
        return "done"
    if place > reached:
        return "waiting"
    return "failed" if state == Founding.State.FAILED else "running"


def _seconds_of(key: str, moments: dict[str, dt.datetime]) -> str:
    """Return the duration of a step as text, after a later step has begun."""
    began = moments.get(key)
    later = [moment for moment in moments.values() if began and moment > began]
    if began is None or not later:
        return ""
    written = f"{(min(later) - began).total_seconds():.2f}"
    return f"{written if in_english() else written.replace('.', ',')}\u00a0s"
