"""Forms to agree with another space, and to write to its people."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.kernel import hooks
from saas.kernel.errors import Refused
from saas.kernel.forms import ActionForm
from saas.kernel.web import rate_limit
from tenants.community.treaties import actions, rules
from tenants.community.treaties.forms import deciding
from tenants.community.treaties.models import Question
from tenants.community.treaties.queries import board as queries
from tenants.spaces.models import Category, OpenClause, OpenItem
from tenants.spaces.rules import treaties as spaces

MOST_PAGES = 200
MOST_PROPOSED = 10
A_DAY = 24 * 3600
MOST_WRITTEN = 10
AN_HOUR = 3600
VERBS = {
    "accept": deciding.accept,
    "decline": deciding.decline,
    "withdraw": deciding.withdraw,
    "revoke": deciding.revoke,
}


def check_pace(person: User) -> None:
    """Raise Refused if the member writes to other spaces too fast."""
    rate_limit.check(
        "neighbours",
        str(person.pk),
        most=MOST_WRITTEN,
        per_seconds=AN_HOUR,
        when_silent=rate_limit.Silent.LET_PASS,
    )


class FilterForm(forms.Form):
    """The filters of the neighbours' items; invalid values are ignored."""

    category = forms.ChoiceField(choices=Category.choices, required=False)
    space = forms.SlugField(max_length=63, required=False)
    page = forms.IntegerField(min_value=1, max_value=MOST_PAGES, required=False)

    def filters(self) -> queries.Filters:
        """Return the filters that make sense."""
        self.is_valid()
        cleaned = self.cleaned_data
        return queries.Filters(cleaned.get("category") or "", cleaned.get("space") or "")

    def number(self) -> int:
        """Return which page is asked for."""
        self.is_valid()
        return self.cleaned_data.get("page") or 1


class TreatyForm(ActionForm[str]):
    """A proposal to another space, named by its address."""

    address = forms.CharField(
        label=_("Adresse de l’autre espace"),
        help_text=_("Celle que ses membres ouvrent, en entier ou seulement son début."),
        max_length=253,
        error_messages={"required": _("Écrivez l’adresse de l’autre espace.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    gives = forms.MultipleChoiceField(
        label=_("Nous leur montrons"),
        choices=Category.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    takes = forms.MultipleChoiceField(
        label=_("Ils nous montrent"),
        choices=Category.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    message = forms.CharField(
        label=_("Un mot pour eux"),
        max_length=spaces.LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )

    def perform(self, **context: Any) -> str:
        """Propose it."""
        rules.check_decides(hooks.duties_of(context["by"]))
        rate_limit.check(
            "treaties",
            "proposed",
            most=MOST_PROPOSED,
            per_seconds=A_DAY,
            when_silent=rate_limit.Silent.REFUSE,
        )
        return deciding.propose(**self.cleaned_data, **context)


class VerdictForm(ActionForm[str]):
    """A decision on a treaty."""

    verb = forms.ChoiceField(choices=[(verb, verb) for verb in VERBS])

    def perform(self, **context: Any) -> str:
        """Decide it."""
        return VERBS[self.cleaned_data["verb"]](**context)


class AnswerForm(ActionForm[Question]):
    """A message in an exchange with a person of another space."""

    text = forms.CharField(
        label=_("Votre message"),
        max_length=rules.LONGEST_TEXT,
        error_messages={"required": _("Écrivez quelques mots.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)

    def perform(self, **context: Any) -> Question:
        """Send the message."""
        check_pace(context["by"])
        question = actions.answer(**self.cleaned_data, **context)
        if question is None:
            raise Refused(gettext("Cet échange n’existe plus."))
        return question


class QuestionForm(AnswerForm):
    """The first message to a person of another space, about their item."""

    def __init__(self, *args: Any, item: OpenItem, clause: OpenClause, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item = item
        self.clause = clause

    def perform(self, **context: Any) -> Question:
        """Send the message."""
        check_pace(context["by"])
        return actions.ask(item=self.item, clause=self.clause, **self.cleaned_data, **context)


class CloseForm(ActionForm[bool]):
    """The end of an exchange with a person of another space."""

    def perform(self, **context: Any) -> bool:
        """End the exchange."""
        actions.close(**context)
        return True
