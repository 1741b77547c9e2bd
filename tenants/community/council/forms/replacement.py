"""Forms to have a council's account replaced by another."""

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.councils.actions.accounts import (
    ask_replacement,
    cancel_replacement,
    confirm_replacement,
)
from billing.models import AccountChange, Council
from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.forms import ActionForm
from tenants.community.council import rules
from tenants.community.council.forms.account import SirenField
from tenants.spaces.actors import SpaceActor, actor_of
from tenants.spaces.rules.workplaces import check_siren


def _elected(by: User) -> SpaceActor:
    return actor_of(by, schema_name=schema.current(), role=rules.COUNCIL)


class ReplaceForm(ActionForm[AccountChange]):
    """The reason for another account, and the contact address for Stripe."""

    reason = forms.CharField(
        label=_("Pourquoi"),
        max_length=200,
        help_text=_("L’autre personne qui confirme le lira, et Troovon le garde."),
        error_messages={"required": _("Dites pourquoi\u00a0: une autre personne le lira.")},
    )
    contact_email = forms.EmailField(
        label=_("Adresse e-mail du CSE"),
        error_messages={
            "required": _("Donnez l’adresse à laquelle Stripe écrira."),
            "invalid": _("Cette adresse e-mail a une faute\u00a0: vérifiez-la."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    siren = SirenField(label=_("SIREN du CSE"), required=False)

    def perform(  # type: ignore[override]
        self, *, council: Council, by: User, at: dt.datetime
    ) -> AccountChange:
        """Request the replacement; another person confirms it."""
        cleaned = self.cleaned_data
        if cleaned["siren"]:
            check_siren(cleaned["siren"])
        actor = _elected(by)
        with schema.in_public():
            return ask_replacement(council=council, by=actor, at=at, **cleaned)


class ConfirmReplacementForm(ActionForm[Council]):
    """The button that confirms another person's request; it has no fields."""

    def perform(  # type: ignore[override]
        self, *, council: Council, by: User, at: dt.datetime
    ) -> Council:
        """Confirm it; Stripe opens the new account once this is committed."""
        actor = _elected(by)
        with schema.in_public():
            confirm_replacement(council=council, by=actor, at=at)
        return council


class CancelReplacementForm(ActionForm[AccountChange]):
    """The button that gives a replacement up; nothing is typed."""

    def perform(  # type: ignore[override]
        self, *, council: Council, by: User, at: dt.datetime
    ) -> AccountChange:
        """Keep the account as it is."""
        actor = _elected(by)
        with schema.in_public():
            return cancel_replacement(council=council, by=actor, at=at)
