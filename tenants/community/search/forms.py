"""Forms of the search, of saved searches, and of favourites."""

from typing import Any
from urllib.parse import parse_qsl

from django import forms
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.kernel.forms import ActionForm, EurosField
from saas.kernel.web import rate_limit
from tenants.community.search import actions, queries, rules
from tenants.community.search.models import SavedSearch
from tenants.community.search.rules import Filters

MOST_MARKED = 300
AN_HOUR = 3600
SORTS = {
    "": _("Les plus proches de vos mots"),
    "new": _("Les plus récents"),
    "price": _("Les moins chers"),
    "near": _("Les plus près de mon site"),
}


class WordsField(forms.CharField):
    """Typed or pasted words: cut at the maximum length, without unprintable characters."""

    def to_python(self, value: Any) -> str:
        """Return the first words."""
        text = super().to_python(value)
        shown = "".join(sign if sign.isprintable() else " " for sign in str(text or ""))
        return shown[: rules.LONGEST_QUERY].strip()


class SearchForm(forms.Form):
    """A search from the query string; invalid values are ignored."""

    q = WordsField(required=False)
    kind = forms.ChoiceField(choices=[(kind, kind) for kind in rules.KINDS], required=False)
    variety = forms.SlugField(max_length=12, required=False)
    site = forms.IntegerField(min_value=1, max_value=2**62, required=False)
    max = EurosField(required=False)
    free = forms.BooleanField(required=False)
    sort = forms.ChoiceField(choices=[(sort, sort) for sort in rules.SORTS], required=False)
    page = forms.IntegerField(min_value=1, max_value=rules.MOST_PAGES, required=False)

    def filters(self) -> Filters:
        """Return the filters that make sense."""
        self.is_valid()
        cleaned = self.cleaned_data
        return Filters(
            q=cleaned.get("q") or "",
            kind=cleaned.get("kind") or "",
            variety=cleaned.get("variety") or "",
            site=cleaned.get("site"),
            max=cleaned.get("max"),
            free=bool(cleaned.get("free")),
            sort=cleaned.get("sort") or "",
        )

    def number(self) -> int:
        """Return which page is asked for."""
        self.is_valid()
        return self.cleaned_data.get("page") or 1


class SavedSearchForm(ActionForm[SavedSearch]):
    """The rhythm of a saved search's notifications; the search itself is given beside it."""

    rhythm = forms.ChoiceField(
        label=_("Me prévenir"),
        choices=SavedSearch.Rhythm.choices,
        initial=SavedSearch.Rhythm.DAILY,
        error_messages={"required": _("Dites quand vous prévenir.")},
    )

    def __init__(
        self,
        *args: Any,
        filters: Filters | None = None,
        search: SavedSearch | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.filters, self.search = filters, search

    def perform(self, **context: Any) -> SavedSearch:
        """Keep the search, or hear of it more or less often."""
        rhythm = self.cleaned_data["rhythm"]
        if self.search is not None:
            return actions.change_rhythm(search=self.search, rhythm=rhythm, **context)
        filters = self.filters or Filters()
        words = queries.in_words(filters, viewer=context["by"], at=context["at"])
        return actions.save_search(filters=filters, words=words, rhythm=rhythm, **context)


class FavouriteForm(ActionForm[bool]):
    """A click on the heart: the item to save or to remove, and the page to return to."""

    save = forms.RegexField(r"^@?[\w-]{1,63}$", required=False)
    unsave = forms.RegexField(r"^@?[\w-]{1,63}$", required=False)
    next = forms.CharField(max_length=1200, required=False)

    def perform(self, **context: Any) -> bool:
        """Save or remove the favourite; return True if it is saved now."""
        check_pace(context["by"])
        if unsaved := self.cleaned_data["unsave"]:
            actions.unsave(reference=unsaved, **context)
            return False
        actions.save(reference=self.cleaned_data["save"], **context)
        return True

    def onward(self) -> str:
        """Return the page with the heart, if its address is local."""
        address = str(self.data.get("next", ""))
        is_ours = address.startswith("/") and url_has_allowed_host_and_scheme(address, None)
        return address if is_ours else ""


def check_pace(person: User) -> None:
    """Refuse to mark things faster than anybody reads."""
    rate_limit.check(
        "favourites",
        str(person.pk),
        most=MOST_MARKED,
        per_seconds=AN_HOUR,
        when_silent=rate_limit.Silent.LET_PASS,
    )


def hidden(filters: Filters) -> list[tuple[str, str]]:
    """Return the hidden fields of a search."""
    return parse_qsl(rules.address_of(filters))
