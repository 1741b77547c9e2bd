"""Forms of the ways in, and of choices about pages."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from saas.accounts import actions
from saas.accounts.models import User
from saas.kernel.forms import ActionForm

LONGEST_PASSWORD = 200


class EmailOnlyField(forms.EmailField):
    """An address as phones and password managers like to fill it in."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=254, **kwargs)
        self.widget.attrs.update(
            {"autocomplete": "username", "inputmode": "email", "autocapitalize": "none"}
        )
        self.error_messages["required"] = _("Écrivez votre adresse e-mail.")
        self.error_messages["invalid"] = _("Cette adresse n’est pas complète : vérifiez-la.")


class PasswordField(forms.CharField):
    """Password field that never shows its value again."""

    def __init__(self, *, purpose: str, **kwargs: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": purpose})
        super().__init__(max_length=LONGEST_PASSWORD, strip=False, widget=widget, **kwargs)


class SignInForm(ActionForm[User]):
    """Address and password of a person with an account here."""

    email = EmailOnlyField(label=_("Votre adresse e-mail"))
    password = PasswordField(
        purpose="current-password",
        label=_("Votre mot de passe"),
        error_messages={
            "required": _("Écrivez votre mot de passe, ou recevez un lien."),
        },
    )

    def perform(self, **context: Any) -> User:
        """Recognise the person."""
        return actions.recognise(
            email=self.cleaned_data["email"],
            password=self.cleaned_data["password"],
            **context,
        )


class LinkForm(ActionForm[bool]):
    """The address that a link is mailed to; a password beside it is not read."""

    email = EmailOnlyField(label=_("Votre adresse e-mail"))
    password = PasswordField(
        purpose="current-password", label=_("Votre mot de passe"), required=False
    )

    def perform(self, **context: Any) -> bool:
        """Request the link; the response never reveals if the address is known."""
        actions.ask_for_link(email=self.cleaned_data["email"], **context)
        return True


class PreferencesForm(ActionForm[User]):
    """Language and theme of pages; a missing field leaves the setting unchanged."""

    language = forms.ChoiceField(choices=settings.LANGUAGES, required=False)
    theme = forms.ChoiceField(choices=User.Theme, required=False)

    def perform(self, **context: Any) -> User:
        """Save the chosen language and theme."""
        return actions.choose_preferences(
            language=self.cleaned_data["language"],
            theme=self.cleaned_data["theme"],
            **context,
        )


class PasswordForm(ActionForm[User]):
    """New password; asks for the current password unless a mailed link opened the session."""

    current = PasswordField(
        purpose="current-password", label=_("Mot de passe actuel"), required=False
    )
    password = PasswordField(
        purpose="new-password",
        label=_("Nouveau mot de passe"),
        help_text=_("Dix caractères au moins ; une phrase se retient mieux qu’un code."),
        error_messages={"required": _("Choisissez un mot de passe.")},
    )

    def __init__(self, *args: Any, asks_current: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_current:
            del self.fields["current"]

    def perform(self, **context: Any) -> User:
        """Change the password."""
        return actions.choose_password(
            password=self.cleaned_data["password"],
            current=self.cleaned_data.get("current", ""),
            **context,
        )
