"""Forms of tokens and webhooks."""

from itertools import groupby
from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundWidget
from django.utils.translation import gettext_lazy as _

from saas.kernel.forms import ActionForm, ProgramTokenDays
from saas.kernel.secrets.program_tokens import CreatedToken
from tenants.community.integrations import actions, rules
from tenants.community.integrations.models import ApiToken, WebhookEndpoint


class TokenForm(ActionForm[CreatedToken[ApiToken]]):
    """A new token: its name, scopes and lifetime."""

    name = forms.CharField(
        label=_("Nom"),
        max_length=60,
        help_text=_("Pour le reconnaître : où il sert."),
        error_messages={"required": _("Donnez-lui un nom.")},
    )
    scopes = forms.MultipleChoiceField(
        label=_("Ce qu’il ouvre"),
        help_text=_("Qui peut écrire peut aussi lire."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choisissez ce que le jeton ouvre.")},
    )
    days = ProgramTokenDays()

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.fields["scopes"].choices = [  # type: ignore[attr-defined]
            (scope, rules.words_of(scope)) for scope in rules.scopes_of(kind)
        ]

    def rooms(self) -> list[tuple[str, list[tuple[BoundWidget, str]]]]:
        """Return the checkboxes of scopes by room, each with the permission that it grants."""
        boxes = [(str(box.data["value"]), box) for box in self["scopes"].subwidgets]
        return [
            (room, [(box, rules.verb_of(scope)) for scope, box in of_room])
            for room, of_room in groupby(boxes, key=lambda one: rules.room_of(one[0]))
        ]

    def perform(self, **context: Any) -> CreatedToken[ApiToken]:
        """Make it."""
        return actions.make_token(kind=self.kind, **self.cleaned_data, **context)


class EndpointForm(ActionForm[WebhookEndpoint]):
    """A new webhook: its address and its kinds of events."""

    name = forms.CharField(
        label=_("Nom"), max_length=60, error_messages={"required": _("Donnez-lui un nom.")}
    )
    url = forms.CharField(
        label=_("Adresse"),
        max_length=500,
        widget=forms.URLInput,
        help_text=_("En https, hors de notre réseau."),
        error_messages={"required": _("Écrivez l’adresse à prévenir.")},
    )
    kinds = forms.MultipleChoiceField(
        label=_("Ce qui est annoncé"),
        choices=list(rules.KINDS.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choisissez ce qui est annoncé.")},
    )

    def perform(self, **context: Any) -> WebhookEndpoint:
        """Add it."""
        return actions.add_endpoint(**self.cleaned_data, **context)


class EndpointActForm(ActionForm[object]):
    """An action on a webhook."""

    ACTS: ClassVar = {
        "pause": actions.pause,
        "resume": actions.resume,
        "renew": actions.renew_secret,
        "ping": actions.ping,
    }
    act = forms.ChoiceField(choices=[(word, word) for word in ACTS], widget=forms.HiddenInput)

    def perform(self, **context: Any) -> object:
        """Do it."""
        return self.ACTS[self.cleaned_data["act"]](**context)
