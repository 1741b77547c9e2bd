"""Forms about sessions: a proof before a sensitive action, and the end of a session."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from saas.accounts import actions as accounts
from saas.accounts.forms import PasswordField
from saas.accounts.sessions import actions
from saas.kernel.errors import Refused
from saas.kernel.forms import ActionForm


class PasswordProofForm(ActionForm[bool]):
    """The password, asked again before a grave act."""

    password = PasswordField(
        purpose="current-password",
        label=_("Votre mot de passe"),
        error_messages={"required": _("Tapez votre mot de passe.")},
    )

    def perform(self, **context: Any) -> bool:
        """Check the password; the error is shown beside its field."""
        password = self.cleaned_data["password"]
        try:
            accounts.prove_oneself(password=password, proven=False, **context)
        except Refused as refusal:
            raise Refused(refusal.sentence, field="password") from refusal
        return True


class EndForm(ActionForm[bool]):
    """Session to end."""

    name = forms.CharField(max_length=40)

    def perform(self, **context: Any) -> bool:
        """End it."""
        actions.end_session(name=self.cleaned_data["name"], **context)
        return True
