"""Forms of operators about the tokens of accountants' programs."""

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as later

from billing.ledger.actions import accountants as actions
from billing.models import AccountantToken
from saas.accounts.models import User
from saas.kernel.forms import ActionForm, ProgramTokenDays
from saas.kernel.secrets.program_tokens import CreatedToken


class AccountantTokenForm(ActionForm[CreatedToken[AccountantToken]]):
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
    days = ProgramTokenDays()

    def perform(self, *, by: User, at: dt.datetime) -> CreatedToken[AccountantToken]:  # type: ignore[override]
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
