"""Forms of the shelf: to look for, to open by the day's code, to put a medium there."""

import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.kernel.display.widgets import Chips
from saas.kernel.forms import ActionForm, DayField
from saas.kernel.web import rate_limit
from tenants.community.mediastore.actions import shelf as actions
from tenants.community.mediastore.actions import shelving, sponsors
from tenants.community.mediastore.models import Medium
from tenants.community.mediastore.queries import shelf as queries
from tenants.community.mediastore.queries.sponsors import Carried
from tenants.community.mediastore.rules import shelf as rules
from tenants.community.mediastore.rules.sponsors import MOST_PLACES

MOST_PAGES = 500
NEWEST = "newest"
MOST_TRIES, MOST_ADDED, AN_HOUR = 10, 40, 3600
LANGUAGES = [
    ("fr", _("français")),
    ("en", _("anglais")),
    ("es", _("espagnol")),
    ("de", _("allemand")),
    ("it", _("italien")),
    ("pt", _("portugais")),
    ("ar", _("arabe")),
]


def kinds() -> list[tuple[str, str, str]]:
    """Return each kind with its word and icon."""
    return [(kind.value, str(kind.label), rules.SYMBOLS[kind]) for kind in Medium.Kind]


class FilterForm(forms.Form):
    """The filters of the shelf from the query string; invalid values are ignored."""

    q = forms.CharField(max_length=80, required=False)
    kind = forms.ChoiceField(choices=Medium.Kind.choices, required=False)
    language = forms.ChoiceField(choices=LANGUAGES, required=False)
    mine = forms.BooleanField(required=False)
    page = forms.IntegerField(min_value=1, max_value=MOST_PAGES, required=False)

    def filters(self) -> queries.Filters:
        """Return the filters that make sense."""
        self.is_valid()
        cleaned = self.cleaned_data
        return queries.Filters(
            q=cleaned.get("q") or "",
            kind=cleaned.get("kind") or "",
            language=cleaned.get("language") or "",
            mine=bool(cleaned.get("mine")),
        )

    def number(self) -> int:
        """Return which page is asked for."""
        self.is_valid()
        return self.cleaned_data.get("page") or 1


class GateForm(ActionForm[str]):
    """The code of the day, as proof that the member is in front of the screen."""

    code = forms.CharField(
        label=_("Code du jour"),
        help_text=_("Six chiffres, affichés sur l’écran de la machine à café."),
        max_length=12,
        error_messages={"required": _("Tapez le code affiché sur l’écran.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def perform(self, **context: Any) -> str:
        """Compare the code, and return the last day until which on-site media stay open."""
        rate_limit.check(
            "gate-code",
            str(context["by"].pk),
            most=MOST_TRIES,
            per_seconds=AN_HOUR,
            when_silent=rate_limit.Silent.REFUSE,
            field="code",
        )
        today = timezone.localdate(context["at"])
        rules.check_gate_code(self.cleaned_data["code"], rules.gate_code_of(today))
        return today.isoformat()


class MarkForm(ActionForm[bool]):
    """A reader's position in a medium."""

    number = forms.IntegerField(min_value=1, max_value=100_000)
    seconds = forms.IntegerField(min_value=0, max_value=1_000_000, required=False)

    def __init__(self, *args: Any, medium: Medium, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.medium = medium

    def perform(self, **context: Any) -> bool:
        """Keep it."""
        actions.mark(
            medium=self.medium,
            number=self.cleaned_data["number"],
            seconds=self.cleaned_data.get("seconds") or 0,
            **context,
        )
        return True


class WordsForm(ActionForm[Medium]):
    """The words about a medium, and how it is lent."""

    title = forms.CharField(
        label=_("Titre"),
        max_length=120,
        error_messages={"required": _("Donnez un titre.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    creator = forms.CharField(label=_("Auteur ou éditeur"), max_length=120, required=False)
    language = forms.ChoiceField(label=_("Langue"), choices=LANGUAGES, initial="fr")
    description = forms.CharField(
        label=_("En quelques mots"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    transcript = forms.CharField(
        label=_("Transcription"),
        help_text=_("Pour un son ou un film : le texte de ce qui s’y dit, pour qui n’entend pas."),
        max_length=60_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    access = forms.ChoiceField(
        label=_("Où l’ouvrir"),
        choices=Medium.Access.choices,
        initial=Medium.Access.MEMBERS,
        widget=Chips(icons={"members": "globe", "on_site": "coffee"}),
    )
    copies = forms.IntegerField(
        label=_("Exemplaires"),
        help_text=_("Le nombre de licences. Vide : tout le monde l’ouvre en même temps."),
        min_value=1,
        max_value=10_000,
        required=False,
    )
    loan_days = forms.IntegerField(
        label=_("Jours d’emprunt"), min_value=1, max_value=90, initial=14, required=False
    )
    ends_on = DayField(
        label=_("En rayon jusqu’au"),
        help_text=_("Le dernier jour de la licence, s’il y en a un."),
        required=False,
    )

    def __init__(self, *args: Any, medium: Medium | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.medium = medium

    def words(self) -> shelving.Words:
        """Return the typed description in the form that the actions take."""
        typed = {name: self.cleaned_data[name] for name in shelving.Words._fields}
        typed["loan_days"] = typed["loan_days"] or 14
        return shelving.Words(**typed)

    def perform(self, **context: Any) -> Medium:
        """Correct the description of the medium."""
        assert self.medium is not None  # noqa: S101 - PutForm has its own
        return shelving.edit(medium=self.medium, words=self.words(), **context)


_NEEDED_WHERE = {
    "file": _("sauf pour un podcast ou un pass"),
    "feed": _("pour un podcast"),
    "codes": _("pour un pass"),
}


class PutForm(WordsForm):
    """A medium for the shelf: a file, the address of a feed, or codes."""

    kind = forms.ChoiceField(
        label=_("C’est…"),
        choices=Medium.Kind.choices,
        initial=Medium.Kind.GUIDE,
        widget=Chips(icons=rules.SYMBOLS),
    )
    provider = forms.ChoiceField(label=_("Mis en rayon par"), choices=Medium.Provider.choices)
    file = forms.FileField(
        label=_("Fichier"),
        help_text=_("PDF ou EPUB pour lire, MP4 ou WebM pour un film ; 80 Mo au plus."),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".pdf,.epub,.mp4,.webm"}),
    )
    feed = forms.URLField(
        label=_("Flux du podcast"),
        help_text=_("Son adresse RSS, en https. Les dix derniers épisodes viennent ici."),
        max_length=500,
        required=False,
        assume_scheme="https",
    )
    codes = forms.CharField(
        label=_("Codes du pass"),
        help_text=_("Un par ligne : chaque personne qui emprunte en voit un."),
        max_length=45_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)

    field_order = ("kind", "provider", "title", "creator", "language", "file", "feed", "codes")

    def __init__(self, *args: Any, providers: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [choice for choice in Medium.Provider.choices if choice[0] in providers]
        self.fields["provider"].choices = choices  # type: ignore[attr-defined]
        if providers:
            self.fields["provider"].initial = providers[0]
        for name, where in _NEEDED_WHERE.items():
            self.fields[name].needed_where = where  # type: ignore[attr-defined]

    def perform(self, **context: Any) -> Medium:
        """Put it on the shelf."""
        _check_pace(context["by"])
        kind = self.cleaned_data["kind"]
        return shelving.put(
            kind=kind,
            provider=self.cleaned_data["provider"],
            words=self.words(),
            file=self.cleaned_data["file"],
            feed=self.cleaned_data["feed"] if kind == Medium.Kind.PODCAST else "",
            codes=rules.codes_in(self.cleaned_data["codes"]) if kind == Medium.Kind.PASS else [],
            key=self.cleaned_data["key"],
            **context,
        )


class PlacesForm(ActionForm[bool]):
    """How many places on the shelf merchants may book."""

    places = forms.TypedChoiceField(
        label=_("Places pour les commerçants"),
        choices=[(number, str(number)) for number in range(MOST_PLACES + 1)],
        coerce=int,
        widget=Chips(),
        help_text=_("Avec 0, plus rien ne se vend ; ce qui est vendu passe jusqu’au bout."),
    )

    def perform(self, **context: Any) -> bool:
        """Keep it."""
        sponsors.set_places(places=self.cleaned_data["places"], **context)
        return True


class CarryForm(ActionForm[bool]):
    """The medium that shows a booked place."""

    medium = forms.ChoiceField(label=_("Sur quel média"), initial=NEWEST)

    def __init__(
        self, *args: Any, media: list[Medium], carried: Carried | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.by_reference = {medium.reference: medium for medium in media}
        newest = [(NEWEST, _("Le plus récent"))]
        titles = [(medium.reference, medium.title) for medium in media]
        self.fields["medium"].choices = newest + titles  # type: ignore[attr-defined]
        if carried is not None:
            self.auto_id = f"{carried.sponsor.reference}-%s"
            if carried.is_chosen and carried.medium is not None:
                self.initial["medium"] = carried.medium.reference

    def perform(self, **context: Any) -> bool:
        """Keep it."""
        chosen = self.cleaned_data["medium"]
        sponsors.carry(medium=self.by_reference.get(chosen), **context)
        return True


def _check_pace(person: User) -> None:
    rate_limit.check(
        "media",
        str(person.pk),
        most=MOST_ADDED,
        per_seconds=AN_HOUR,
        when_silent=rate_limit.Silent.LET_PASS,
    )
