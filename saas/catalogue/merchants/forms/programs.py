"""Forms of the desk about the tokens of a merchant's programs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from saas.catalogue.merchants.actions import programs as actions
from saas.catalogue.merchants.rules.programs import SCOPES
from saas.kernel.forms import ActionForm


class ProgramTokenForm(ActionForm[actions.CreatedToken]):
    """A new token: its name, its scopes and its lifetime."""

    name = forms.CharField(
        label=_("Nom"),
        max_length=60,
        help_text=_("Le logiciel où il sert."),
        error_messages={"required": _("Donnez-lui un nom.")},
    )
    scopes = forms.MultipleChoiceField(
        label=_("Ce qu’il ouvre"),
        choices=list(SCOPES.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choisissez ce que le jeton ouvre.")},
    )
    days = forms.TypedChoiceField(label=_("Pour combien de temps"), coerce=int, initial=90)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"].choices = [  # type: ignore[attr-defined]
            (days, ngettext("%(days)d jour", "%(days)d jours", days) % {"days": days})
            for days in actions.DAYS
        ]

    def perform(self, **context: Any) -> actions.CreatedToken:
        """Create the token."""
        return actions.make_token(**self.cleaned_data, **context)


class RevokeProgramForm(ActionForm[bool]):
    """The button that ends a token."""

    def perform(self, **context: Any) -> bool:
        """Revoke the token."""
        actions.revoke_token(**context)
        return True
