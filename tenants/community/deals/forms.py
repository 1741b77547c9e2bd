"""Forms to look for, to pass on and to judge a deal."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.kernel.display.widgets import Chips
from saas.kernel.forms import ActionForm, DayField, OnScreensField
from saas.kernel.web import rate_limit
from tenants.community.deals import actions, queries, rules
from tenants.community.deals.models import Deal

MOST_PAGES = 500
MOST_POSTED = 60
MOST_VOTES = 200
AN_HOUR = 3600
SORTS = {
    "confirmed": _("Les plus confirmés"),
    "ending": _("Bientôt terminés"),
}


def categories() -> list[tuple[str, str, str]]:
    """Return each category with its word and icon."""
    return [(one.value, str(one.label), rules.SYMBOLS[one]) for one in Deal.Category]


def check_pace(person: User, act: str, *, most: int) -> None:
    """Refuse to post or to vote faster than anybody has reasons to."""
    rate_limit.check(
        act,
        str(person.pk),
        most=most,
        per_seconds=AN_HOUR,
        when_silent=rate_limit.Silent.LET_PASS,
    )


def usual_end(today: dt.date) -> dt.date:
    """Return the default last day of a deal if its author gives no date."""
    return today + dt.timedelta(days=rules.USUAL_DAYS)


class FilterForm(forms.Form):
    """The filters of the list, as given in the query string; invalid parameters are ignored."""

    q = forms.CharField(max_length=80, required=False)
    category = forms.ChoiceField(choices=Deal.Category.choices, required=False)
    sort = forms.ChoiceField(choices=SORTS.items(), required=False)
    mine = forms.BooleanField(required=False)
    over = forms.BooleanField(required=False)
    page = forms.IntegerField(min_value=1, max_value=MOST_PAGES, required=False)

    def filters(self) -> queries.Filters:
        """Return the filters that make sense."""
        self.is_valid()
        cleaned = self.cleaned_data
        return queries.Filters(
            q=cleaned.get("q") or "",
            category=cleaned.get("category") or "",
            sort=cleaned.get("sort") or "",
            mine=bool(cleaned.get("mine")),
            over=bool(cleaned.get("over")),
        )

    def number(self) -> int:
        """Return which page is asked for."""
        self.is_valid()
        return self.cleaned_data.get("page") or 1


class DealForm(ActionForm[Deal]):
    """A deal as its author describes it."""

    category = forms.ChoiceField(
        label=_("C’est pour…"),
        choices=Deal.Category.choices,
        widget=Chips(icons=rules.SYMBOLS),
        initial=Deal.Category.FOOD,
    )
    title = forms.CharField(
        label=_("Titre"),
        help_text=_("Ce que l’on y gagne, et où. 80 caractères au plus."),
        max_length=80,
        error_messages={"required": _("Donnez un titre à votre bon plan.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    code = forms.CharField(
        label=_("Code"),
        help_text=_("À donner en caisse ou à taper sur le site."),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    link = forms.CharField(
        label=_("Lien"),
        help_text=_("Une adresse qui commence par https://. Nous ne l’ouvrons jamais."),
        max_length=500,
        required=False,
        widget=forms.TextInput(
            attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    description = forms.CharField(
        label=_("Comment en profiter"),
        help_text=_("Les conditions, ce qu’il faut montrer, ce qui est bon à savoir."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    ends_on = DayField(
        label=_("Jusqu’au"),
        help_text=_("Vous ne savez pas ? Un mois, et vos collègues diront s’il marche encore."),
        required=False,
    )
    on_screens = OnScreensField()
    key = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)

    def __init__(self, *args: Any, deal: Deal | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deal = deal

    def perform(self, **context: Any) -> Deal:
        """Create the deal, or update an existing deal."""
        if self.deal is not None:
            return actions.edit(deal=self.deal, terms=self._terms(context["at"]), **context)
        check_pace(context["by"], "deals", most=MOST_POSTED)
        key = self.cleaned_data["key"]
        return actions.post(terms=self._terms(context["at"]), key=key, **context)

    def _terms(self, at: dt.datetime) -> rules.Terms:
        words = {name: self.cleaned_data[name] for name in rules.Terms._fields}
        words["ends_on"] = words["ends_on"] or usual_end(timezone.localdate(at))
        return rules.Terms(**words)


class VoteForm(ActionForm[Deal]):
    """A vote: the deal works, or it does not."""

    works = forms.TypedChoiceField(
        choices=[("yes", _("Ça marche")), ("no", _("Ne marche plus"))],
        coerce=lambda word: word == "yes",
        error_messages={"required": _("Dites si cela marche encore.")},
    )

    def __init__(self, *args: Any, deal: Deal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deal = deal

    def perform(self, **context: Any) -> Deal:
        """Count it."""
        check_pace(context["by"], "votes", most=MOST_VOTES)
        return actions.vote(deal=self.deal, works=self.cleaned_data["works"], **context)
