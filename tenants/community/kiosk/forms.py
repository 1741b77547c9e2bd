"""Forms to pair a screen, to place it, to shape the day, to speak on the screens."""

import datetime as dt
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from saas.kernel.display.widgets import Chips
from saas.kernel.errors import Refused
from saas.kernel.forms import ActionForm, DayField
from saas.kernel.values import week
from saas.kernel.web import rate_limit
from tenants.community.kiosk.actions import loop as loop_actions
from tenants.community.kiosk.actions import screens as screen_actions
from tenants.community.kiosk.models import DayPart, Screen, ScreenMessage
from tenants.community.kiosk.rules import loop
from tenants.community.kiosk.rules import screens as rules
from tenants.spaces import spots

QUARTER, DAY_MINUTES = 15, 24 * 60
LIMIT = "screen-codes"
KINDS = {
    "gathering": _("Activités"),
    "deal": _("Bons plans"),
    "classified": _("Annonces"),
    "thing": _("Objets à emprunter"),
    "merchant": _("Commerces ouverts"),
    "thanks": _("Mercis"),
    "media": _("Code du jour de la médiathèque"),
    "council": _("Chiffre du CSE"),
}
WEIGHTS = [("0", _("Jamais")), ("1", _("Normal")), ("2", _("Souvent")), ("3", _("Très souvent"))]


class PlaceForm(ActionForm[Screen]):
    """Place of a screen: its name, where it hangs, and how."""

    name = forms.CharField(
        label=_("Nom de l’écran"),
        help_text=_("Par exemple : Hall, près du café."),
        max_length=40,
        error_messages={"required": _("Donnez un nom à l’écran, par exemple : Hall.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    site_id = forms.TypedChoiceField(label=_("Site"), coerce=int, empty_value=None, required=False)
    group = forms.CharField(
        label=_("Groupe"),
        help_text=_("Les écrans d’un même groupe passent la même chose. Par exemple : Cantine."),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    turn = forms.ChoiceField(
        label=_("Image"),
        choices=Screen.Turn.choices,
        initial=Screen.Turn.NONE,
        help_text=_("Un écran accroché en hauteur se règle ici si l’appareil ne sait pas tourner."),
    )
    is_quiet = forms.BooleanField(
        label=_("Mode calme"),
        help_text=_("Seuls l’heure et les messages passent, jusqu’à ce que vous décochiez."),
        required=False,
    )
    is_touched = forms.BooleanField(
        label=_("Écran tactile"),
        help_text=_("On y cherche du doigt, sans compte ; il revient seul à la boucle."),
        required=False,
    )

    def __init__(self, *args: Any, screen: Screen | None = None, **kwargs: Any) -> None:
        if screen is not None:
            kwargs["initial"] = {name: getattr(screen, name) for name in rules.Placing._fields}
        super().__init__(*args, **kwargs)
        self.screen = screen
        sites = [(site.pk, site.name) for site in spots.sites()]
        cast("forms.ChoiceField", self.fields["site_id"]).choices = [("", _("Aucun")), *sites]

    def placing(self) -> rules.Placing:
        """Return the form's values as a Placing."""
        return rules.Placing(**{name: self.cleaned_data[name] for name in rules.Placing._fields})

    def perform(self, **context: Any) -> Screen:
        """Place it."""
        assert self.screen is not None  # noqa: S101 - the view found it
        return screen_actions.place(screen=self.screen, placing=self.placing(), **context)


class PairForm(PlaceForm):
    """The six figures that a screen shows, and where it hangs."""

    field_order = ("code", "name", "site_id", "group", "turn", "is_quiet", "is_touched")

    code = forms.CharField(
        label=_("Code affiché par l’écran"),
        max_length=12,
        error_messages={"required": _("Recopiez les six chiffres de l’écran.")},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "code"}
        ),
    )

    def clean_code(self) -> str:
        """Take the figures however they were spaced."""
        figures = "".join(sign for sign in self.cleaned_data["code"] if sign.isdecimal())
        if len(figures) != rules.CODE_FIGURES or not figures.isascii():
            raise forms.ValidationError(gettext("Le code a six chiffres."))
        return figures

    def perform(self, **context: Any) -> Screen:
        """Pair the screen; after ten wrong codes, further attempts are refused for a while."""
        person = str(context["by"].pk)
        rate_limit.check_remaining(
            LIMIT,
            person,
            most=rules.WRONG_CODES,
            per_seconds=rules.WRONG_SECONDS,
            when_silent=rate_limit.Silent.REFUSE,
            field="code",
        )
        try:
            return screen_actions.pair(
                code=self.cleaned_data["code"], placing=self.placing(), **context
            )
        except Refused as refusal:
            if refusal.field == "code":
                _count_wrong(person)
            raise


def _count_wrong(person: str) -> None:
    rate_limit.check(
        LIMIT,
        person,
        most=rules.WRONG_CODES,
        per_seconds=rules.WRONG_SECONDS,
        when_silent=rate_limit.Silent.REFUSE,
        field="code",
    )


class DayPartForm(ActionForm[DayPart]):
    """A day-part: its hours and its content."""

    name = forms.CharField(
        label=_("Nom"),
        help_text=_("Par exemple : Midi, Nuit, Entretien."),
        max_length=40,
        error_messages={"required": _("Donnez un nom, par exemple : Midi.")},
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Jours"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choisissez au moins un jour.")},
    )
    starts = forms.TypedChoiceField(label=_("De"), coerce=int)
    ends = forms.TypedChoiceField(
        label=_("À"), coerce=int, help_text=_("Plus tôt que le début : le lendemain.")
    )
    mode = forms.ChoiceField(
        label=_("Pendant ce temps"),
        choices=DayPart.Mode.choices,
        widget=Chips(icons={"play": "play", "quiet": "volume-x", "sleep": "moon"}),
        initial=DayPart.Mode.PLAY,
    )
    group = forms.CharField(
        label=_("Groupe d’écrans"),
        help_text=_("Vide : tous les écrans."),
        max_length=30,
        required=False,
    )

    def __init__(self, *args: Any, part: DayPart | None = None, **kwargs: Any) -> None:
        if part is not None:
            kwargs["initial"] = shown_of(part)
        super().__init__(*args, **kwargs)
        self.part = part
        days = [(day, week.day_name(day + 1)) for day in range(7)]
        self._offer("weekdays", days)
        for name in ("starts", "ends"):
            self._offer(name, _quarters())
        for kind, label in KINDS.items():
            self.fields[f"weight_{kind}"] = forms.ChoiceField(
                label=label, choices=WEIGHTS, initial="1", required=False
            )

    def _offer(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = choices

    def weights(self) -> list[forms.BoundField]:
        """List the fields for the frequency of each kind."""
        return [self[f"weight_{kind}"] for kind in KINDS]

    def perform(self, **context: Any) -> DayPart:
        """Set it."""
        cleaned = self.cleaned_data
        part = rules.PartOfDay(
            name=cleaned["name"],
            weekdays=sum(1 << day for day in cleaned["weekdays"]),
            starts_minute=cleaned["starts"],
            ends_minute=cleaned["ends"],
            mode=cleaned["mode"],
            weights={kind: int(cleaned[f"weight_{kind}"] or 1) for kind in KINDS},
            group=cleaned["group"].strip(),
        )
        return loop_actions.set_day_part(part=part, existing=self.part, **context)


class MessageForm(ActionForm[ScreenMessage]):
    """Words for the screens, from when until when."""

    title = forms.CharField(
        label=_("Message"),
        help_text=_("Douze mots au plus : on le lit en passant."),
        max_length=80,
        error_messages={"required": _("Écrivez votre message.")},
    )
    note = forms.CharField(label=_("Précision"), max_length=80, required=False)
    starts_on = DayField(label=_("À partir du"))
    starts = forms.TypedChoiceField(label=_("Heure"), coerce=int)
    ends_on = DayField(label=_("Jusqu’au"))
    ends = forms.TypedChoiceField(label=_("Heure de fin"), coerce=int)
    group = forms.CharField(
        label=_("Groupe d’écrans"),
        help_text=_("Vide : tous les écrans."),
        max_length=30,
        required=False,
    )
    is_urgent = forms.BooleanField(
        label=_("Prioritaire"),
        help_text=_("Il prend tous les écrans en dix secondes, même en veille. Un jour au plus."),
        required=False,
    )

    def __init__(self, *args: Any, at: dt.datetime, **kwargs: Any) -> None:
        local = timezone.localtime(at)
        minute = (local.hour * 60 + local.minute) // QUARTER * QUARTER
        later = local + dt.timedelta(hours=2)
        kwargs.setdefault(
            "initial",
            {
                "starts_on": local.date(),
                "starts": minute,
                "ends_on": later.date(),
                "ends": (later.hour * 60 + later.minute) // QUARTER * QUARTER,
            },
        )
        super().__init__(*args, **kwargs)
        for name in ("starts", "ends"):
            cast("forms.ChoiceField", self.fields[name]).choices = _quarters()

    def perform(self, **context: Any) -> ScreenMessage:
        """Put it on the screens."""
        cleaned, zone = self.cleaned_data, timezone.get_current_timezone()
        words = rules.Words(
            title=cleaned["title"],
            note=cleaned["note"],
            group=cleaned["group"].strip(),
            is_urgent=cleaned["is_urgent"],
            starts_at=loop.moment_of(cleaned["starts_on"], cleaned["starts"], zone),
            ends_at=loop.moment_of(cleaned["ends_on"], cleaned["ends"], zone),
        )
        return loop_actions.write_message(words=words, **context)


class ArrangeForm(ActionForm[bool]):
    """A button beside a slide of the loop; `order` is the loop as it was shown."""

    kind = forms.CharField(max_length=12)
    reference = forms.CharField(max_length=24)
    verb = forms.ChoiceField(choices=[(verb, verb) for verb in sorted(rules.VERBS)])
    order = forms.CharField(max_length=4000, required=False)

    def perform(self, **context: Any) -> bool:
        """Do it."""
        cleaned = self.cleaned_data
        order = [name for name in cleaned["order"].split() if ":" in name]
        loop_actions.arrange(
            kind=cleaned["kind"],
            reference=cleaned["reference"],
            verb=cleaned["verb"],
            order=order[: loop.MOST_IN_LOOP],
            **context,
        )
        return True


class WhenForm(forms.Form):
    """The moment of the displayed plan, as given in the query string."""

    day = DayField(required=False)
    minute = forms.IntegerField(min_value=0, max_value=DAY_MINUTES - 1, required=False)
    group = forms.CharField(max_length=30, required=False)

    def group_name(self) -> str:
        """Return the requested group."""
        self.is_valid()
        return str(self.cleaned_data.get("group") or "")

    def moment(self, *, at: dt.datetime) -> dt.datetime:
        """Return the requested moment, or the current time if the request is invalid."""
        self.is_valid()
        day, minute = self.cleaned_data.get("day"), self.cleaned_data.get("minute")
        if day is None:
            return at
        wanted = loop.moment_of(day, minute or 0, timezone.get_current_timezone())
        return min(max(wanted, at), at + rules.AHEAD - dt.timedelta(minutes=1))


def shown_of(part: DayPart) -> dict[str, Any]:
    """Return the initial values of the form for a day-part."""
    return {
        "name": part.name,
        "weekdays": [day for day in range(7) if part.weekdays >> day & 1],
        "starts": part.starts_minute,
        "ends": part.ends_minute,
        "mode": part.mode,
        "group": part.group,
        **{f"weight_{kind}": str(part.weights.get(kind, 1)) for kind in KINDS},
    }


def _quarters() -> list[tuple[int, str]]:
    return [
        (minute, f"{minute // 60:02d}:{minute % 60:02d}")
        for minute in range(0, DAY_MINUTES, QUARTER)
    ]
