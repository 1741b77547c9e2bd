"""Forms about operators."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from saas.console import actions
from saas.kernel.forms import ActionForm


class OperatorForm(ActionForm[bool]):
    """The act on another operator's account."""

    act = forms.ChoiceField(
        choices=[("remove", _("Retirer")), ("reset", _("Réinitialiser le second facteur"))]
    )

    def perform(self, **context: Any) -> bool:
        """Do it."""
        acts = {"remove": actions.remove_operator, "reset": actions.reset_factor}
        acts[self.cleaned_data["act"]](**context)
        return True
