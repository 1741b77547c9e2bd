"""Forms to search rides, to offer a ride, and to ask for a seat."""

import datetime as dt
import re
import uuid
from collections.abc import Mapping
from functools import partial
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from saas.accounts.models import User
from saas.kernel.display import writing
from saas.kernel.display.widgets import Chips
from saas.kernel.forms import ActionForm, DayField, EurosField
from saas.kernel.web import rate_limit
from tenants.community.rides import actions, rules, wording
from tenants.community.rides.models import Bearing, Booking, Departure, Ride
from tenants.community.rides.queries import board, places
from tenants.spaces import audiences

Audience = audiences.Audience

MOST_PAGES = 200
MOST_OFFERED = 40
MOST_REQUESTS = 60
AN_HOUR = 3600
QUARTER = 15
HALF = 5
A_DAY = 24 * 60
AUDIENCE_SYMBOLS = {"space": "users", "company": "lock", "neighbours": "globe"}
WAY_SYMBOLS = {"to": "log-in", "from": "log-out"}


def suggested(params: Mapping[str, str], *, at: dt.datetime) -> dict[str, Any]:
    """Return the initial values of a form: tomorrow morning, or a link's role and direction."""
    tomorrow = timezone.localtime(at).date() + dt.timedelta(days=1)
    known = {name: params[name] for name in ("role", "way", "note") if name in params}
    return {"day": tomorrow, "time": "08:00", **known}


def check_pace(name: str, person: User, *, most: int) -> None:
    """Refuse to offer or ask faster than anybody rides."""
    rate_limit.check(
        name,
        str(person.pk),
        most=most,
        per_seconds=AN_HOUR,
        when_silent=rate_limit.Silent.LET_PASS,
    )


class FilterForm(forms.Form):
    """The filters of the list, from the query string; invalid values are skipped."""

    role = forms.ChoiceField(choices=Ride.Role.choices, required=False)
    way = forms.ChoiceField(choices=Ride.Way.choices, required=False)
    site = forms.IntegerField(min_value=1, max_value=2**62, required=False)
    free = forms.BooleanField(required=False)
    km = forms.IntegerField(min_value=1, max_value=rules.MOST_KM, required=False)
    bearing = forms.ChoiceField(choices=Bearing.choices, required=False)
    page = forms.IntegerField(min_value=1, max_value=MOST_PAGES, required=False)

    def filters(self) -> board.Filters:
        """Return the filters that make sense; a spot needs both its parts."""
        self.is_valid()
        cleaned = self.cleaned_data
        km, bearing = cleaned.get("km"), cleaned.get("bearing")
        return board.Filters(
            role=cleaned.get("role") or "",
            way=cleaned.get("way") or "",
            site=cleaned.get("site"),
            free=bool(cleaned.get("free")),
            spot=rules.Spot("", km, bearing) if km and bearing else None,
        )

    def number(self) -> int:
        """Return which page is asked for."""
        self.is_valid()
        return self.cleaned_data.get("page") or 1


class KilometresField(forms.IntegerField):
    """Whole kilometres; "12,5" is taken as 13."""

    def to_python(self, value: Any) -> int | None:
        """Round a decimal number to whole kilometres."""
        text = str(value or "").strip().lower().removesuffix("km").strip()
        found = re.fullmatch(r"([0-9]{1,4})[.,]([0-9])[0-9]*", text)
        if found:
            text = str(int(found[1]) + (int(found[2]) >= HALF))
        return super().to_python(text)


def seats_field() -> forms.IntegerField:
    """Return the field of the seats of a car."""
    return forms.IntegerField(
        label=_("Places à prendre"),
        help_text=_("Sans compter la vôtre. Une seule si vous cherchez."),
        initial=1,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


def price_field() -> EurosField:
    """Return the field of a passenger's share of the costs."""
    return EurosField(
        label=_("Partage des frais, par place"),
        help_text=_("Facultatif. La loi permet de partager les frais, jamais d’y gagner."),
        required=False,
    )


def note_field() -> forms.CharField:
    """Return the field of a ride's note."""
    return forms.CharField(
        label=_("À savoir"),
        help_text=_("Bagages, musique, où l’on se retrouve."),
        max_length=280,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SpotForm[R](ActionForm[R]):
    """The end of a ride away from the site: its description, distance and rough direction."""

    place = forms.CharField(
        label=_("Où, en quelques mots"),
        help_text=_("Un quartier, une gare, un carrefour : jamais votre adresse."),
        max_length=60,
        error_messages={"required": _("Dites d’où vous partez, ou jusqu’où vous allez.")},
    )
    distance_km = KilometresField(
        label=_("À combien du site ?"),
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "data-unit": "km"}
        ),
        error_messages={"required": _("Indiquez une distance, par exemple 12.")},
    )
    bearing = forms.ChoiceField(label=_("Dans quelle direction ?"), choices=Bearing.choices)

    def spot(self) -> rules.Spot:
        """Return where it is."""
        cleaned = self.cleaned_data
        return rules.Spot(cleaned["place"], cleaned["distance_km"], cleaned["bearing"])


class OfferForm(SpotForm[Ride]):
    """A ride to offer or to look for; its key makes a double click idempotent."""

    role = forms.ChoiceField(
        label=_("Conduisez-vous ?"),
        choices=Ride.Role.choices,
        widget=Chips(icons=rules.SYMBOLS),
        initial=Ride.Role.DRIVER,
    )
    way = forms.ChoiceField(
        label=_("Dans quel sens ?"),
        choices=Ride.Way.choices,
        widget=Chips(icons=WAY_SYMBOLS),
        initial=Ride.Way.TO_SITE,
    )
    site_id = forms.TypedChoiceField(label=_("Quel site ?"), coerce=int)
    day = DayField(label=_("Quel jour ?"), help_text=_("Le premier, si le trajet revient."))
    time = forms.ChoiceField(label=_("Heure de départ"))
    back = forms.ChoiceField(
        label=_("Et le retour ?"),
        help_text=_("Les mêmes jours, en sens inverse : un second trajet est publié."),
        required=False,
    )
    weekdays = forms.MultipleChoiceField(
        label=_("Il revient chaque…"),
        help_text=_("Rien de coché : une seule fois."),
        choices=[(str(number), day) for number, day in enumerate(wording.DAYS)],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    until = DayField(
        label=_("Jusqu’au"),
        help_text=_("Si le trajet se répète : six mois au plus."),
        required=False,
    )
    seats = seats_field()
    price_cents = price_field()
    note = note_field()
    key = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("site_id", list(places.site_names().items()))
        self._offer("time", _quarters())
        self._offer("back", [("", _("Pas de retour")), *_quarters()])
        given = audiences.categories_given()
        choices = [
            one
            for one in audiences.audiences_for(person)
            if one != Audience.NEIGHBOURS or rules.CATEGORY in given
        ]
        if len(choices) > 1:
            self.fields["audience"] = forms.ChoiceField(
                label=_("Qui le voit ?"),
                choices=[(value, Audience(value).label) for value in choices],
                widget=Chips(icons=AUDIENCE_SYMBOLS),
                initial=Audience.SPACE,
                required=False,
            )

    def _offer(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = choices

    def perform(self, **context: Any) -> Ride:
        """Offer it."""
        check_pace("rides", context["by"], most=MOST_OFFERED)
        cleaned = self.cleaned_data
        is_driver = cleaned["role"] == Ride.Role.DRIVER
        act: Any = actions.offer
        if cleaned["back"]:
            act = partial(actions.offer_both_ways, back=dt.time.fromisoformat(cleaned["back"]))
        ride: Ride = act(
            terms=rules.Terms(
                role=cleaned["role"],
                way=cleaned["way"],
                site_id=cleaned["site_id"],
                spot=self.spot(),
                seats=cleaned["seats"] if is_driver else 1,
                price_cents=cleaned["price_cents"] or 0,
                note=cleaned["note"],
            ),
            timing=rules.Timing(
                day=cleaned["day"],
                time=dt.time.fromisoformat(cleaned["time"]),
                weekdays="".join(sorted(cleaned["weekdays"])),
                until=cleaned["until"],
            ),
            audience=cleaned.get("audience") or Audience.SPACE,
            key=cleaned["key"],
            **context,
        )
        return ride


class ReviseForm(SpotForm[Ride]):
    """The terms of a ride that its author can change afterwards."""

    time = forms.ChoiceField(
        label=_("Heure de départ"), help_text=_("Pour tous les départs à venir.")
    )
    seats = seats_field()
    price_cents = price_field()
    note = note_field()

    def __init__(self, *args: Any, ride: Ride, time: str, **kwargs: Any) -> None:
        names = ("place", "distance_km", "bearing", "seats", "price_cents", "note")
        initial = {name: getattr(ride, name) for name in names} | {"time": time}
        super().__init__(*args, initial=initial, **kwargs)
        self.ride = ride
        times = _quarters()
        if time not in dict(times):
            times = sorted([*times, (time, writing.hour(dt.time.fromisoformat(time)))])
        cast("forms.ChoiceField", self.fields["time"]).choices = times
        if ride.role != Ride.Role.DRIVER:
            del self.fields["seats"]

    def perform(self, **context: Any) -> Ride:
        """Change the ride."""
        cleaned = self.cleaned_data
        revision = rules.Revision(
            spot=self.spot(),
            time=dt.time.fromisoformat(cleaned["time"]),
            seats=cleaned.get("seats") or 1,
            price_cents=cleaned["price_cents"] or 0,
            note=cleaned["note"],
        )
        return actions.revise(ride=self.ride, revision=revision, **context)


class AskForm(SpotForm[list[Booking]]):
    """A request for a single day of a ride, or several."""

    dates = forms.MultipleChoiceField(
        label=_("Quels jours ?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choisissez au moins un départ.")},
    )
    words = forms.CharField(
        label=_("Un mot"), max_length=280, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, departures: list[Departure], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.departures = {_day_of(one): one for one in departures if one.taken < one.seats}
        choices = [(day, _in_words(one)) for day, one in self.departures.items()]
        dates = cast("forms.MultipleChoiceField", self.fields["dates"])
        dates.choices = choices
        dates.initial = [day for day, _words in choices[:1]]

    def perform(self, **context: Any) -> list[Booking]:
        """Ask."""
        check_pace("ride-requests", context["by"], most=MOST_REQUESTS)
        cleaned = self.cleaned_data
        return actions.ask(
            departures=[self.departures[day] for day in cleaned["dates"]],
            spot=self.spot(),
            words=cleaned["words"],
            **context,
        )


def _day_of(departure: Departure) -> str:
    return f"{timezone.localtime(departure.starts_at):%Y-%m-%d}"


def _in_words(departure: Departure) -> str:
    """Return the label of a departure, with its number of free seats."""
    free = departure.seats - departure.taken
    words = ngettext("%(counter)s place libre", "%(counter)s places libres", free)
    return f"{writing.moment(departure.starts_at)} · {words % {'counter': free}}"


def _quarters() -> list[tuple[str, str]]:
    times = [f"{minute // 60:02d}:{minute % 60:02d}" for minute in range(0, A_DAY, QUARTER)]
    return [(time, writing.hour(dt.time.fromisoformat(time))) for time in times]
