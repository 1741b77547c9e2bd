"""Forms of a member's data."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from saas.accounts import actions as accounts
from saas.accounts.forms import PasswordField
from saas.kernel.forms import ActionForm
from tenants.community.personal_data import actions
from tenants.community.personal_data.models import Erasure


class EraseLeaverForm(ActionForm[Erasure]):
    """An administrator's confirmation before a leaver is erased."""

    sure = forms.BooleanField(
        label=_("Oui, tout effacer"),
        error_messages={"required": _("Cochez cette case pour tout effacer.")},
    )

    def perform(self, **context: Any) -> Erasure:
        """Ask for the erasure."""
        return actions.ask_erasure(**context)


class EraseForm(EraseLeaverForm):
    """The member's confirmation before their erasure, with their password as proof of identity."""

    password = PasswordField(
        purpose="current-password",
        label=_("Votre mot de passe"),
        error_messages={"required": _("Tapez votre mot de passe.")},
    )

    def __init__(self, *args: Any, asks_password: bool, proven: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proven = proven
        if not asks_password:
            del self.fields["password"]

    def perform(self, **context: Any) -> Erasure:
        """Request the erasure after a proof of identity."""
        accounts.prove_oneself(
            by=context["by"],
            password=self.cleaned_data.get("password", ""),
            proven=self.proven,
            at=context["at"],
        )
        return super().perform(**context)
