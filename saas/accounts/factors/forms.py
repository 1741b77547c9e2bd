"""Forms of second factors."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from saas.accounts.factors import actions
from saas.accounts.forms import PasswordField
from saas.kernel.forms import ActionForm


class CodeField(forms.CharField):
    """A code of an authenticator app, or a recovery code; phones offer to fill it in."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Code de votre application"))
        kwargs.setdefault("help_text", _("Six chiffres, ou un de vos codes de secours."))
        kwargs.setdefault("error_messages", {"required": _("Tapez le code.")})
        super().__init__(max_length=40, **kwargs)
        self.widget.attrs.update(
            {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        )


class SetUpForm(ActionForm[list[str]]):
    """The first code of the app shows that it has read the secret."""

    code = CodeField(label=_("Le code que l’application affiche"), help_text=_("Six chiffres."))

    def perform(self, **context: Any) -> list[str]:
        """Protect the account; return the recovery codes."""
        return actions.set_up(code=self.cleaned_data["code"], **context)


class CodeForm(ActionForm[bool]):
    """The second step of signing in."""

    code = CodeField()

    def perform(self, **context: Any) -> bool:
        """Check the code."""
        actions.check_code(code=self.cleaned_data["code"], **context)
        return True


class RemoveForm(ActionForm[bool]):
    """Removal of the second factor: requires a code and the password, if the account has any."""

    current = PasswordField(
        purpose="current-password",
        label=_("Mot de passe actuel"),
        error_messages={"required": _("Tapez votre mot de passe.")},
    )
    code = CodeField()

    def __init__(self, *args: Any, asks_password: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_password:
            del self.fields["current"]

    def perform(self, **context: Any) -> bool:
        """Remove the second factor."""
        actions.remove(
            password=self.cleaned_data.get("current", ""),
            code=self.cleaned_data["code"],
            **context,
        )
        return True
