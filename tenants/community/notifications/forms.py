"""The form of all switches, and the form of a browser's subscription."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext_lazy as _

from saas.kernel.forms import ActionForm
from tenants.community.notifications import actions, rules, wording
from tenants.community.notifications.models import SYMBOLS, Channel, Device, Kind, Rhythm
from tenants.community.notifications.queries import readers as queries

MOST_PAGES = 200


class PageForm(forms.Form):
    """The page number from the query string; an invalid number falls back to the first page."""

    page = forms.IntegerField(min_value=1, max_value=MOST_PAGES, required=False)

    def number(self) -> int:
        """Return the number."""
        return (self.is_valid() and self.cleaned_data["page"]) or 1


class Row(NamedTuple):
    """A kind on the settings page: its texts and its fields; a field without a choice is empty."""

    kind: str
    label: str
    help: str
    symbol: str
    app: Any
    mail: Any
    push: Any
    fixed: str


class SwitchesForm(ActionForm[bool]):
    """A member's settings by kind and channel, quiet hours and the hour of the digest."""

    quiet_from = forms.TimeField(
        label=_("Calme à partir de"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )
    quiet_until = forms.TimeField(
        label=_("jusqu’à"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )
    quiet_weekends = forms.BooleanField(label=_("Rien le samedi ni le dimanche"), required=False)
    digest_hour = forms.TypedChoiceField(label=_("Heure du résumé du jour"), coerce=int)

    def __init__(self, *args: Any, reader: queries.Reader, **kwargs: Any) -> None:
        self.reader = reader
        quiet = reader.quiet
        kwargs["initial"] = {
            "quiet_from": quiet.begins,
            "quiet_until": quiet.ends,
            "quiet_weekends": quiet.weekends,
            "digest_hour": reader.digest_hour,
            **{name: self._initial(kind, channel) for name, kind, channel in self._switches()},
        }
        super().__init__(*args, **kwargs)
        hours = range(rules.EARLIEST_HOUR, rules.LATEST_HOUR + 1)
        self.fields["digest_hour"].choices = [  # type: ignore[attr-defined]
            (hour, f"{hour}\u00a0h") for hour in hours
        ]
        for name, kind, channel in self._switches():
            self.fields[name] = self._field(kind, channel)

    def rows(self) -> list[Row]:
        """Return a row for each kind, in the order of the page."""
        return [
            Row(
                kind=kind,
                label=str(kind.label),
                help=str(wording.HELP[kind]),
                symbol=SYMBOLS[kind],
                app=self._bound(kind, Channel.APP),
                mail=self._bound(kind, Channel.MAIL),
                push=self._bound(kind, Channel.PUSH),
                fixed=str(wording.FIXED.get(kind, "")),
            )
            for kind in Kind
        ]

    def perform(self, **context: Any) -> bool:
        """Save the settings."""
        given = self.cleaned_data
        actions.choose(
            switches={
                (kind, channel): _rhythm(given[name]) for name, kind, channel in self._switches()
            },
            quiet=rules.Quiet(given["quiet_from"], given["quiet_until"], given["quiet_weekends"]),
            digest_hour=given["digest_hour"],
            **context,
        )
        return True

    def _bound(self, kind: str, channel: str) -> Any:
        name = f"{channel}_{kind}"
        return self[name] if name in self.fields else None

    def _initial(self, kind: str, channel: str) -> Any:
        rhythm = self.reader.rhythm(kind, channel)
        return rhythm if channel == Channel.MAIL else rhythm == Rhythm.NOW

    @staticmethod
    def _switches() -> Iterator[tuple[str, str, str]]:
        for kind in Kind.values:
            for channel in Channel.values:
                if len(rules.choices_of(kind, channel)) > 1:
                    yield f"{channel}_{kind}", kind, channel

    @staticmethod
    def _field(kind: str, channel: str) -> forms.Field:
        label = Channel(channel).label
        if channel != Channel.MAIL:
            return forms.BooleanField(label=label, required=False)
        choices = [(one.value, one.label) for one in rules.choices_of(kind, channel)]
        return forms.ChoiceField(label=label, choices=choices)


def _rhythm(given: Any) -> str:
    if isinstance(given, bool):
        return Rhythm.NOW if given else Rhythm.OFF
    return str(given)


class DeviceForm(ActionForm[Device]):
    """A browser's subscription, as it hands it out."""

    endpoint = forms.CharField(max_length=500)
    p256dh = forms.RegexField(r"^[A-Za-z0-9_-]{80,100}=*$")
    auth = forms.RegexField(r"^[A-Za-z0-9_-]{20,30}=*$")
    name = forms.CharField(max_length=60, required=False)

    def perform(self, **context: Any) -> Device:
        """Keep the subscription."""
        given = self.cleaned_data
        return actions.add_device(
            endpoint=given["endpoint"],
            public_key=given["p256dh"],
            secret=given["auth"],
            name=given["name"] or str(_("Un navigateur")),
            **context,
        )
