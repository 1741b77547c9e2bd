"""Forms of operators about the tokens of accountants' programs."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as later
from django.utils.translation import ngettext

from billing.ledger.actions import accountants as actions
from billing.models import AccountantToken
from saas.accounts.models import User
from saas.kernel.forms import ActionForm


class AccountantTokenForm(ActionForm[actions.CreatedToken]):
    """A new token: its name, its reason and its lifetime."""

    name = forms.CharField(
        label=later("Nom"),
        max_length=60,
        help_text=later("Le cabinet, et le logiciel où il sert."),
        error_messages={"required": later("Donnez-lui un nom.")},
    )
    reason = forms.CharField(
        label=later("Motif"),
        max_length=280,
        help_text=later("Il reste avec le jeton, pour qui contrôle les comptes."),
        error_messages={"required": later("Dites pourquoi ce jeton est créé.")},
    )
    days = forms.TypedChoiceField(label=later("Pour combien de temps"), coerce=int, initial=90)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"].choices = [  # type: ignore[attr-defined]
            (days, ngettext("%(days)d jour", "%(days)d jours", days) % {"days": days})
            for days in actions.DAYS
        ]

    def perform(self, *, by: User, at: dt.datetime) -> actions.CreatedToken:  # type: ignore[override]
        """Make it."""
        return actions.make_token(**self.cleaned_data, by=by, at=at)


class RevokeTokenForm(ActionForm[AccountantToken]):
    """The revocation of a token, and its reason."""

    revoke_reason = forms.CharField(
        label=later("Pourquoi révoquer ce jeton"),
        max_length=280,
        error_messages={"required": later("Dites pourquoi ce jeton est révoqué.")},
    )

    def perform(self, *, token: AccountantToken, by: User, at: dt.datetime) -> AccountantToken:  # type: ignore[override]
        """Revoke it."""
        reason = self.cleaned_data["revoke_reason"]
        return actions.revoke_token(token_id=token.pk, reason=reason, by=by, at=at)
