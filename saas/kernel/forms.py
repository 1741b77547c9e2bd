"""Forms that call a single action."""

import datetime as dt
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from saas.kernel.display.widgets import Week
from saas.kernel.errors import Refused
from saas.kernel.money import parse_euros
from saas.kernel.secrets import program_tokens
from saas.kernel.uploads import pictures
from saas.kernel.values import week
from saas.kernel.values.points import degrees

FIRST_DAY, LAST_DAY = dt.date(2000, 1, 1), dt.date(2100, 12, 31)
_PAIR = re.compile(r"\s*([-−]?[0-9]{1,3}[.,][0-9]+)\s*[,;\s]\s*([-−]?[0-9]{1,3}[.,][0-9]+)\s*\Z")
_PERCENT = re.compile(r"([0-9]{1,3})(?:[.,]([0-9]{1,2}))?\s*%?")


class ActionForm[R](forms.Form):
    """A form with a `perform()` that calls an action; a refusal is shown beside its field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        for field in self.fields.values():
            _name_in_errors(field)

    def perform(self, **context: Any) -> R:
        """Call the action with the cleaned data, the user and the time."""
        raise NotImplementedError

    def submit(self, **context: Any) -> R | None:
        """Validate the form and call the action; return None if the form has errors."""
        if not self.is_valid():
            return None
        try:
            return self.perform(**context)
        except Refused as refusal:
            field = refusal.field if refusal.field in self.fields else None
            self.add_error(field, refusal.sentence)
        except ValidationError as error:
            self._add_model_errors(error)
        except IntegrityError as error:
            self.add_error(None, _sentence_of(error))
        return None

    def _add_model_errors(self, error: ValidationError) -> None:
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, errors in error.error_dict.items():
            self.add_error(name if name in self.fields else None, errors)


_NO_AMOUNT = gettext_lazy("Écrivez un montant, par exemple 12,50.")
# Pairs, found by identity: a sentence that waits for its language is another key in each.
_NAMELESS = (
    (
        forms.Field.default_error_messages["required"],
        gettext_lazy("Répondez à «\u00a0%(label)s\u00a0»."),
    ),
    (
        forms.IntegerField.default_error_messages["invalid"],
        gettext_lazy("«\u00a0%(label)s\u00a0» attend un nombre entier, par exemple 12."),
    ),
    (_NO_AMOUNT, gettext_lazy("«\u00a0%(label)s\u00a0» attend un montant, par exemple 12,50.")),
)


def _name_in_errors(field: forms.Field) -> None:
    """Name the field in Django's own error messages: a summary lists several fields."""
    for code, message in field.error_messages.items():
        for usual, named in _NAMELESS:
            if message is usual and field.label:
                field.error_messages[code] = str(named) % {"label": field.label}


class EurosField(forms.CharField):
    """An amount as people type it; its value is integer cents."""

    default_error_messages = {"invalid": _NO_AMOUNT}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 16)
        super().__init__(**kwargs)
        self.widget.attrs.update({"inputmode": "decimal", "data-unit": "€"})

    def clean(self, value: Any) -> Any:
        """Return cents, or None where nothing was typed and nothing is needed."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_euros(text)
        except Refused as refusal:
            raise ValidationError(self.error_messages["invalid"], "invalid") from refusal


class PercentField(forms.CharField):
    """A rate as people type it; its value is integer basis points."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 8)
        super().__init__(**kwargs)
        self.widget.attrs.update({"inputmode": "decimal", "data-unit": "%"})

    def clean(self, value: Any) -> Any:
        """Return basis points, or None where nothing was typed and nothing is needed."""
        text = super().clean(value)
        if not text:
            return None
        match = _PERCENT.fullmatch(text)
        if match is None:
            raise ValidationError(_("Écrivez un taux, par exemple 40 ou 12,5."))
        return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


class DegreesField(forms.CharField):
    """A latitude or a longitude, with a comma or a point."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 40)
        super().__init__(**kwargs)
        self.widget.attrs.update({"inputmode": "text", "autocomplete": "off"})

    def clean(self, value: Any) -> Any:
        """Return degrees to the sixth decimal, or None where nothing was typed."""
        text = super().clean(value).replace("−", "-").replace(",", ".").strip()
        if not text:
            return None
        if not re.fullmatch(r"-?\d{1,3}(\.\d+)?", text):
            raise ValidationError(_("Ce sont des degrés, par exemple 48,8566."))
        return degrees(text)


def split_pairs(data: Any) -> Any:
    """Let both coordinates be pasted into the first field, as maps give them."""
    if not data:
        return data
    split = data.copy()
    for key in data:
        pair = _PAIR.match(str(data[key])) if key.endswith("latitude") else None
        other = key.replace("latitude", "longitude")
        if pair and not str(data.get(other) or "").strip():
            split[key], split[other] = pair.groups()
    return split


class DayField(forms.DateField):
    """A day that a clock of ours can count from and to, picked from a calendar."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        """Return the day, or None where nothing was typed and nothing is needed."""
        day = super().clean(value)
        check_countable(day)
        return day


class MomentField(forms.DateTimeField):
    """A moment that a clock of ours can count from and to."""

    def clean(self, value: Any) -> Any:
        """Return the moment, or None where nothing was typed and nothing is needed."""
        moment = super().clean(value)
        check_countable(moment and moment.date())
        return moment


def check_countable(day: dt.date | None) -> None:
    """Raise ValidationError for a day before 2000 or after 2100."""
    if day is not None and not FIRST_DAY <= day <= LAST_DAY:
        raise ValidationError(_("Choisissez un jour entre 2000 et 2100."))


class WeekField(forms.Field):
    """A range of hours for each weekday; its value is a list of `week.Hours`."""

    widget = Week

    def clean(self, value: Any) -> Any:
        """Return the stretches that were given, Monday first."""
        try:
            return [
                week.stretch(day, starts, ends)
                for day, (starts, ends) in enumerate(value or [], start=1)
                if starts or ends
            ]
        except Refused as refusal:
            raise ValidationError(refusal.sentence) from refusal

    def prepare_value(self, value: Any) -> list[tuple[str, str]]:
        """Return a start and an end for each weekday, as the fields show them."""
        if value and not isinstance(value[0], week.Hours):
            return list(value)
        shown = {hours.weekday: hours for hours in value or []}
        return [
            (week.text_of(shown[day].starts_minute), week.text_of(shown[day].ends_minute))
            if day in shown
            else ("", "")
            for day in week.DAYS
        ]


class OnScreensField(forms.BooleanField):
    """The author's word that a thing may be shown on the screens of the space; not unless said."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Peut passer sur les écrans du hall"))
        kwargs.setdefault(
            "help_text",
            gettext_lazy(
                "Collègues et visiteurs la lisent en passant. Décochez : elle disparaît aussitôt."
            ),
        )
        super().__init__(required=False, **kwargs)


class PictureField(forms.FileField):
    """A picture; its value is the file as it came, which a job opens."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the picture's bytes, or None where nothing was sent and nothing is needed."""
        upload = super().clean(data, initial)
        if not upload:
            return None
        try:
            return pictures.content_of(upload)
        except Refused as refusal:
            raise ValidationError(refusal.sentence) from refusal


def _sentence_of(error: IntegrityError) -> str:
    if "unique" in str(error):
        return _("C’est déjà fait : quelqu’un, peut-être vous, vient de l’enregistrer.")
    return _("Ces réponses ne vont pas ensemble. Vérifiez-les, puis recommencez.")


class ProgramTokenDays(forms.TypedChoiceField):
    """How long a new token of a program lasts."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Pour combien de temps"),
            coerce=int,
            initial=90,
            choices=_lifetimes,
        )


def _lifetimes() -> list[tuple[int, str]]:
    """Return the lifetimes of tokens with their words, in the language of the page."""
    return [
        (days, ngettext("%(days)d jour", "%(days)d jours", days) % {"days": days})
        for days in program_tokens.DAYS
    ]
