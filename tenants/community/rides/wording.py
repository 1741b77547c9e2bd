"""Texts about shared rides: driver, route, days, audience."""

import datetime as dt

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from saas.kernel.display import writing
from tenants.community.rides.models import Ride
from tenants.spaces.audiences import Audience

WORKING_DAYS = "01234"
PARTS: dict[str, Promise] = {
    Ride.Role.DRIVER: pgettext_lazy("trajet", "Places libres"),
    Ride.Role.PASSENGER: gettext_lazy("Place recherchée"),
}
SEEN: dict[str, Promise] = {
    Audience.COMPANY: gettext_lazy("Une entreprise seulement"),
    Audience.NEIGHBOURS: gettext_lazy("Aussi chez nos voisins"),
}
DAYS: tuple[Promise, ...] = (
    gettext_lazy("lundi"),
    gettext_lazy("mardi"),
    gettext_lazy("mercredi"),
    gettext_lazy("jeudi"),
    gettext_lazy("vendredi"),
    gettext_lazy("samedi"),
    gettext_lazy("dimanche"),
)


_BUTTONS: dict[str, Promise] = {
    "accept": gettext_lazy("Accepter"),
    "decline": gettext_lazy("Refuser"),
    "cancel": gettext_lazy("Annuler cette place"),
}


def button(verb: str) -> str:
    """Return the label of an answer's button."""
    return str(_BUTTONS[verb])


def days_in_words(weekdays: str) -> str:
    """Return the names of the days of the week for a page."""
    if weekdays == WORKING_DAYS:
        return _("du lundi au vendredi")
    return ", ".join(str(DAYS[int(day)]) for day in sorted(weekdays))


def note_of(ride: Ride, leaves_at: dt.datetime | None) -> str:
    """Return what a colleague decides by: the kind, when it leaves, the price, the author."""
    when = days_in_words(ride.weekdays)
    if not when and leaves_at:
        when = writing.moment(leaves_at)
    price = ""
    if ride.price_cents:
        price = _("%(amount)s par place") % {"amount": writing.eur(ride.price_cents)}
    parts = (str(PARTS[ride.role]), when, price, ride.author.short_name)
    return " · ".join(part for part in parts if part)


def seen_in_words(audience: str) -> str:
    """Return the audience of a ride, if it is not the whole space."""
    return str(SEEN.get(audience, ""))


def title_of(ride: Ride, site_name: str) -> str:
    """Return a ride's title: its two ends."""
    ends = (ride.place, site_name) if ride.way == Ride.Way.TO_SITE else (site_name, ride.place)
    return f"{ends[0]} → {ends[1]}"


def state_in_words(*, is_open: bool) -> str:
    """Return the text for a ride's state."""
    return _("À venir") if is_open else _("Terminé")


def seats_underway(count: int) -> str:
    """Return a sentence with the number of seats pending or accepted."""
    words = ngettext(
        "%(count)d place est demandée ou donnée sur un trajet à venir",
        "%(count)d places sont demandées ou données sur des trajets à venir",
        count,
    )
    return words % {"count": count}
