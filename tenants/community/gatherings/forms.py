"""Forms to announce, change and cancel a gathering, and to set a council's contribution."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.kernel import hooks
from saas.kernel.display import writing
from saas.kernel.display.widgets import Chips
from saas.kernel.forms import ActionForm, DayField, EurosField, OnScreensField
from saas.kernel.money import as_typed
from saas.kernel.web import rate_limit
from tenants.community.gatherings import actions, rules
from tenants.community.gatherings.models import BudgetLine, Gathering, Series
from tenants.community.gatherings.queries import board, single
from tenants.spaces import audiences, spots

Audience = audiences.Audience

MOST_PAGES = 200
MOST_ANNOUNCED = 60
AN_HOUR = 3600
QUARTER = 15
A_DAY = 24 * 60
ELSEWHERE = "elsewhere"
ONE, FOLLOWING = "one", "following"
ONCE = ""
AUDIENCE_SYMBOLS = {"space": "users", "company": "lock", "neighbours": "globe"}
SCOPES = {ONE: _("Cette date seulement"), FOLLOWING: _("Cette date et les suivantes")}


def kinds() -> list[tuple[str, str, str]]:
    """Return each kind with its word and icon."""
    return [(kind.value, str(kind.label), rules.SYMBOLS[kind]) for kind in Gathering.Kind]


def suggested(params: Mapping[str, str], *, at: dt.datetime) -> dict[str, Any]:
    """Return the initial values of an empty form: tomorrow at 12:30, and the words of a link."""
    tomorrow = timezone.localtime(at).date() + dt.timedelta(days=1)
    known = {name: params[name] for name in ("kind", "title") if name in params}
    return {"day": tomorrow, "starts": "12:30", "ends": "13:30", **known}


def check_pace(person: User) -> None:
    """Refuse to announce faster than anybody has things to announce."""
    rate_limit.check(
        "gatherings",
        str(person.pk),
        most=MOST_ANNOUNCED,
        per_seconds=AN_HOUR,
        when_silent=rate_limit.Silent.LET_PASS,
    )


class FilterForm(forms.Form):
    """The filters of the list, as given in the query string; invalid parameters are ignored."""

    kind = forms.ChoiceField(choices=Gathering.Kind.choices, required=False)
    free = forms.BooleanField(required=False)
    every = forms.BooleanField(required=False)
    page = forms.IntegerField(min_value=1, max_value=MOST_PAGES, required=False)

    def filters(self) -> board.Filters:
        """Return the filters that make sense."""
        self.is_valid()
        cleaned = self.cleaned_data
        return board.Filters(
            kind=cleaned.get("kind") or "",
            free=bool(cleaned.get("free")),
            next_only=not cleaned.get("every"),
        )

    def number(self) -> int:
        """Return which page is asked for."""
        self.is_valid()
        return self.cleaned_data.get("page") or 1


class GatheringForm(ActionForm[Gathering]):
    """A gathering as its organiser describes it, by the clock on the wall of the space."""

    kind = forms.ChoiceField(
        label=_("Que proposez-vous ?"),
        choices=Gathering.Kind.choices,
        widget=Chips(icons=rules.SYMBOLS),
        initial=Gathering.Kind.SPORT,
    )
    title = forms.CharField(
        label=_("Titre"),
        help_text=_("Par exemple : course à pied, boucle de 6 km. 80 caractères au plus."),
        max_length=80,
        error_messages={"required": _("Donnez un titre à votre activité.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    day = DayField(label=_("Quel jour ?"))
    starts = forms.ChoiceField(label=_("De"))
    ends = forms.ChoiceField(label=_("À"))
    ends_on = DayField(
        label=_("Dernier jour"), help_text=_("Si cela finit un autre jour."), required=False
    )
    spot = forms.ChoiceField(label=_("Où ?"))
    place = forms.CharField(
        label=_("Précision sur le lieu"),
        help_text=_("Par exemple : devant l’accueil, salle 3."),
        max_length=60,
        required=False,
    )
    places = forms.IntegerField(
        label=_("Places, vous compris"),
        help_text=_("Vide : pas de limite. Ensuite, on attend qu’une place se libère."),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    description = forms.CharField(
        label=_("À savoir"),
        help_text=_("Le niveau, le matériel, ce qu’il faut apporter."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    on_screens = OnScreensField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.spots = {spot.value: spot for spot in spots.spots()}
        listed = [(spot.value, spot.label) for spot in self.spots.values()]
        self._offer("spot", [*listed, (ELSEWHERE, _("Un autre lieu"))])
        for name in ("starts", "ends"):
            self._offer(name, _quarters())

    def _offer(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = choices

    def clean(self) -> dict[str, Any]:
        """Require a place if no spot is chosen, and local times that exist on that day."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("spot") == ELSEWHERE and not cleaned.get("place"):
            self.add_error("place", gettext("Dites où vous vous retrouvez."))
        for day, name in (("day", "starts"), ("ends_on", "ends")):
            on = cleaned.get(day) or cleaned.get("day")
            if on and cleaned.get(name) and not rules.exists(on, _time(cleaned[name]), _zone()):
                self.add_error(name, gettext("Cette nuit-là, l’heure change : elle n’existe pas."))
        return cleaned

    def plan(self) -> rules.Plan:
        """Return the form's values as a Plan."""
        cleaned = self.cleaned_data
        spot = self.spots.get(cleaned["spot"])
        last = cleaned["ends_on"] or cleaned["day"]
        return rules.Plan(
            kind=cleaned["kind"],
            title=cleaned["title"],
            description=cleaned["description"],
            site_id=spot.site_id if spot else None,
            place=spots.place_of(spot, cleaned["place"]),
            starts_at=rules.moment_of(cleaned["day"], _time(cleaned["starts"]), _zone()),
            ends_at=rules.moment_of(last, _time(cleaned["ends"]), _zone()),
            places=cleaned["places"],
            on_screens=cleaned["on_screens"],
        )


class AnnounceForm(GatheringForm):
    """A new gathering, optionally repeated; its key makes a double click idempotent."""

    rhythm = forms.ChoiceField(
        label=_("Revient"),
        choices=[(ONCE, _("Une seule fois")), *Series.Rhythm.choices],
        required=False,
    )
    repeat_until = DayField(
        label=_("Jusqu’au"), help_text=_("Si elle revient : un an au plus."), required=False
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = audiences.categories_given()
        choices = [
            one
            for one in audiences.audiences_for(person)
            if one != Audience.NEIGHBOURS or rules.CATEGORY in given
        ]
        if len(choices) > 1:
            self.fields["audience"] = forms.ChoiceField(
                label=_("Qui la voit ?"),
                choices=[(value, Audience(value).label) for value in choices],
                widget=Chips(icons=AUDIENCE_SYMBOLS),
                initial=Audience.SPACE,
                required=False,
            )

    def clean(self) -> dict[str, Any]:
        """Require an end date for a repeated gathering."""
        cleaned = super().clean()
        lacks_end = cleaned.get("rhythm") and not cleaned.get("repeat_until")
        if lacks_end and "repeat_until" not in self.errors:
            self.add_error("repeat_until", gettext("Dites jusqu’à quand elle revient."))
        return cleaned

    def perform(self, **context: Any) -> Gathering:
        """Announce it."""
        check_pace(context["by"])
        cleaned = self.cleaned_data
        rhythm = cleaned["rhythm"]
        return actions.announce(
            plan=self.plan(),
            repeat=rules.Repeat(rhythm, cleaned["repeat_until"]) if rhythm else None,
            audience=cleaned.get("audience") or Audience.SPACE,
            key=cleaned["key"],
            **context,
        )


class EditForm(GatheringForm):
    """A gathering that its organiser edits: a single date, or the following dates too."""

    def __init__(self, *args: Any, gathering: Gathering, **kwargs: Any) -> None:
        super().__init__(*args, initial=initial_of(gathering), **kwargs)
        self.gathering = gathering
        for name in ("starts", "ends"):
            self._offer(name, _quarters(self.initial[name]))
        _ask_scope(self, gathering)

    def perform(self, **context: Any) -> Gathering:
        """Save the changes, and notify the participants."""
        return actions.edit(
            gathering=self.gathering,
            plan=self.plan(),
            and_following=self.cleaned_data.get("scope") == FOLLOWING,
            **context,
        )


class CancelForm(ActionForm[Gathering]):
    """The cancellation of a date, or of the following dates too."""

    def __init__(self, *args: Any, gathering: Gathering, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.gathering = gathering
        _ask_scope(self, gathering)

    def perform(self, **context: Any) -> Gathering:
        """Cancel, and notify the participants."""
        following = self.cleaned_data.get("scope") == FOLLOWING
        return actions.cancel(gathering=self.gathering, and_following=following, **context)


class BudgetForm(ActionForm[BudgetLine]):
    """A council's contribution: its amount and its purpose."""

    cents = EurosField(
        label=_("Montant"), error_messages={"required": _("Indiquez un montant, par exemple 80.")}
    )
    words = forms.CharField(
        label=_("Pour quoi ?"),
        help_text=_("Ce que lisent les collègues. Par exemple : la moitié des entrées."),
        max_length=120,
        error_messages={"required": _("Dites ce que le CSE prend en charge.")},
    )

    def __init__(self, *args: Any, gathering: Gathering, by: User, **kwargs: Any) -> None:
        duty = rules.council_of(hooks.duties_of(by))
        self.line = single.budget_line(gathering, duty.company_id)
        initial = (
            {"cents": as_typed(self.line.cents), "words": self.line.words} if self.line else {}
        )
        super().__init__(*args, initial=initial, **kwargs)
        self.gathering = gathering

    def perform(self, **context: Any) -> BudgetLine:
        """Set it."""
        cleaned = self.cleaned_data
        return actions.set_budget(
            gathering=self.gathering, cents=cleaned["cents"], words=cleaned["words"], **context
        )


def initial_of(gathering: Gathering) -> dict[str, Any]:
    """Return the initial values of the form for an edited gathering."""
    starts, ends = timezone.localtime(gathering.starts_at), timezone.localtime(gathering.ends_at)
    spot = spots.spot_of(gathering.site_id, gathering.place)
    named = spot is not None and spot.place == gathering.place
    return {
        "kind": gathering.kind,
        "title": gathering.title,
        "description": gathering.description,
        "day": starts.date(),
        "starts": f"{starts:%H:%M}",
        "ends": f"{ends:%H:%M}",
        "ends_on": ends.date() if ends.date() != starts.date() else None,
        "spot": spot.value if spot else ELSEWHERE,
        "place": "" if named else gathering.place,
        "places": gathering.places,
        "on_screens": gathering.on_screens,
    }


def _ask_scope(form: forms.Form, gathering: Gathering) -> None:
    if gathering.series_id is not None:
        form.fields["scope"] = forms.ChoiceField(
            label=_("Pour quelles dates ?"), choices=SCOPES.items(), widget=Chips(), initial=ONE
        )


def _quarters(also: str = "") -> list[tuple[str, str]]:
    """List the quarters of an hour of a day, and an hour that was kept between two."""
    times = {f"{minute // 60:02d}:{minute % 60:02d}" for minute in range(0, A_DAY, QUARTER)}
    listed = sorted(times | ({also} if also else set()))
    return [(time, writing.hour(_time(time))) for time in listed]


def _time(text: str) -> dt.time:
    return dt.time.fromisoformat(text)


def _zone() -> dt.tzinfo:
    return timezone.get_current_timezone()
