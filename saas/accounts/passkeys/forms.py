"""Forms of passkeys: a script fills in the answer of the device."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.accounts.passkeys import actions, rules
from saas.kernel.forms import ActionForm

_MISSING = {"required": _("Votre appareil n’a pas répondu. Réessayez.")}


class _AnswerForm[T](ActionForm[T]):
    """The answer of a device to a challenge of ours."""

    passkey = forms.CharField(
        max_length=rules.LONGEST_ANSWER, widget=forms.HiddenInput, error_messages=_MISSING
    )
    challenge = forms.CharField(max_length=600, widget=forms.HiddenInput, error_messages=_MISSING)

    def answer(self) -> dict[str, Any]:
        """Return answer and challenge, as the actions take them."""
        return {
            "answer": self.cleaned_data["passkey"],
            "challenge": self.cleaned_data["challenge"],
        }


class SignInForm(_AnswerForm[User]):
    """Sign in by a passkey."""

    def perform(self, **context: Any) -> User:
        """Return the person."""
        return actions.recognise(**self.answer(), **context)


class ProofForm(_AnswerForm[bool]):
    """Prove oneself by a passkey, in place of a code."""

    def perform(self, **context: Any) -> bool:
        """Check it."""
        actions.check(**self.answer(), **context)
        return True


class AddForm(_AnswerForm[list[str]]):
    """Add a passkey under the name of its device."""

    name = forms.CharField(
        label=_("Nom de l’appareil"),
        help_text=_("Pour le reconnaître dans la liste. Vide\u00a0: celui de ce navigateur."),
        max_length=rules.LONGEST_NAME,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def perform(self, **context: Any) -> list[str]:
        """Add it; return recovery codes if it is the first factor."""
        return actions.add(name=self.cleaned_data["name"], **self.answer(), **context)


class RemoveForm(ActionForm[bool]):
    """Remove a passkey."""

    credential = forms.CharField(max_length=1400, widget=forms.HiddenInput)

    def perform(self, **context: Any) -> bool:
        """Remove it."""
        actions.remove(credential_id=self.cleaned_data["credential"], **context)
        return True
