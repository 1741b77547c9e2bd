"""Forms about the founder, and about the companies of the space."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from saas.kernel.display.widgets import Chips
from saas.kernel.errors import Refused
from saas.kernel.forms import ActionForm
from tenants.spaces import hosts
from tenants.spaces.actions import foundings as actions
from tenants.spaces.models import Founding, Tenant
from tenants.spaces.queries import register
from tenants.spaces.rules import email_domains
from tenants.spaces.rules import workplaces as rules

ROWS_AT_FIRST = 4


class SirenField(forms.CharField):
    """A company's number of nine digits, however it is spaced."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 20)
        super().__init__(
            label=_("Numéro SIREN"),
            error_messages={"required": _("Écrivez le numéro SIREN : 9 chiffres.")},
            **kwargs,
        )
        self.widget.attrs.update({"inputmode": "numeric", "autocomplete": "off"})

    def judged_while_typing(self, target: str) -> None:
        """Have the key checked at each pause, its verdict shown in `target`."""
        self.widget.attrs["data-check-url"] = reverse_lazy("founding:siren")
        self.widget.attrs["data-check-target"] = target

    def clean(self, value: Any) -> Any:
        """Return nine digits with a valid check digit."""
        digits = rules.normal_siren(super().clean(value))
        try:
            if digits:
                rules.check_siren(digits)
        except Refused as refusal:
            raise ValidationError(refusal.sentence) from refusal
        return digits


class HeadsField(forms.IntegerField):
    """How many people work somewhere."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            min_value=1,
            max_value=rules.MOST_PEOPLE,
            error_messages={
                "required": _("Dites combien de personnes y travaillent, à peu près."),
                "invalid": _("Écrivez un nombre de personnes, par exemple 320."),
                "min_value": _("Au moins une personne y travaille."),
                "max_value": _("C’est plus que ce qu’un espace accueille : écrivez-nous."),
            },
            **kwargs,
        )
        self.widget.attrs.update({"inputmode": "numeric"})


class StartForm(ActionForm[Founding]):
    """The founder, and their work address."""

    email = forms.EmailField(
        label=_("Votre adresse de travail"),
        max_length=254,
        help_text=_("Nous y envoyons un lien. Elle prouve que vous parlez pour l’entreprise."),
        error_messages={
            "required": _("Écrivez votre adresse de travail."),
            "invalid": _("Cette adresse n’est pas complète : vérifiez-la."),
        },
    )
    first_name = forms.CharField(
        label=_("Prénom"),
        max_length=60,
        error_messages={"required": _("Écrivez votre prénom.")},
    )
    last_name = forms.CharField(
        label=_("Nom de famille"),
        max_length=60,
        error_messages={"required": _("Écrivez votre nom.")},
    )
    kind = forms.ChoiceField(
        label=_("J’ouvre un espace pour"),
        choices=Tenant.Kind,
        required=False,
        widget=Chips(icons={"company": "building-2", "park": "trees"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self["kind"].value():  # the company form asks for the kind; a link may preset it
            del self.fields["kind"]
        self.fields["email"].widget.attrs.update({"autocomplete": "email", "inputmode": "email"})
        self.fields["first_name"].widget.attrs["autocomplete"] = "given-name"
        self.fields["last_name"].widget.attrs["autocomplete"] = "family-name"

    def perform(self, *, language: str, network: str, at: dt.datetime) -> Founding:  # type: ignore[override]
        """Begin the founding and mail the link."""
        return actions.begin(
            email=self.cleaned_data["email"],
            first_name=self.cleaned_data["first_name"],
            last_name=self.cleaned_data["last_name"],
            kind=self.cleaned_data.get("kind") or Tenant.Kind.COMPANY,
            language=language,
            network=network,
            at=at,
        )


class _Described(ActionForm[Founding]):
    """The common part of a company and a park."""

    kind = forms.ChoiceField(choices=Tenant.Kind, widget=forms.HiddenInput)
    name = forms.CharField(
        max_length=80,
        error_messages={"required": _("Donnez le nom sous lequel on vous connaît.")},
    )
    language = forms.ChoiceField(
        label=_("Langue de l’espace"),
        choices=settings.LANGUAGES,
        widget=forms.RadioSelect,
        help_text=_("Chaque personne peut choisir la sienne."),
    )

    def companies(self) -> list[dict[str, Any]]:
        """Return the companies that were described."""
        raise NotImplementedError

    def perform(self, *, founding_id: UUID, at: dt.datetime) -> Founding:  # type: ignore[override]
        """Save the companies of the space."""
        return actions.describe(
            founding_id=founding_id,
            kind=self.cleaned_data["kind"],
            name=self.cleaned_data["name"],
            language=self.cleaned_data["language"],
            companies=self.companies(),
            at=at,
        )


class HandOverForm(ActionForm[Founding]):
    """The colleague that continues a founding, with an address in the founder's mail domain."""

    email = StartForm.base_fields["email"]
    first_name = StartForm.base_fields["first_name"]
    last_name = StartForm.base_fields["last_name"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("Son adresse de travail")
        self.fields["email"].help_text = _("Nous y envoyons un lien, qui ouvre cette page.")

    def perform(self, *, founding_id: UUID, at: dt.datetime) -> Founding:  # type: ignore[override]
        """Let the colleague continue."""
        return actions.hand_over(founding_id=founding_id, **self.cleaned_data, at=at)


class CompanyForm(_Described):
    """The only company of a space."""

    siren = SirenField(help_text=_("Neuf chiffres, sur vos factures et votre extrait Kbis."))
    head_count = HeadsField(
        label=_("Nombre de personnes"),
        help_text=_("Les commerçants n’en voient qu’un ordre de grandeur."),
    )
    field_order = ("kind", "siren", "name", "head_count", "language")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Nom de l’entreprise")
        self.is_listed = register.is_loaded()
        if self.is_listed:
            for name in ("name", "head_count"):
                self.fields[name].required = False
            self.fields["name"].help_text = _("Sans nom ici, celui du registre des entreprises.")
            self.fields["head_count"].help_text = _(
                "Sans nombre ici, celui du registre. Il se corrige plus tard, à partir du mois "
                "suivant. Les commerçants n’en voient qu’un ordre de grandeur."
            )
        self.fields["name"].widget.attrs["autocomplete"] = "organization"
        number = self.fields["siren"]
        if isinstance(number, SirenField):
            number.judged_while_typing("#siren-verdict")

    def clean(self) -> dict[str, Any]:
        """Take name and head-count from the register, or ask for them."""
        cleaned = super().clean() or self.cleaned_data
        if not self.is_listed:
            return cleaned
        known = register.company_of(cleaned.get("siren") or "")
        if known is not None:
            cleaned["name"] = cleaned.get("name") or known.name[:80]
            if not cleaned.get("head_count") and known.band:
                cleaned["head_count"] = known.band.middle
        for name in ("name", "head_count"):
            if not cleaned.get(name) and name not in self.errors and "siren" in cleaned:
                self.add_error(name, self.fields[name].error_messages["required"])
        return cleaned

    def companies(self) -> list[dict[str, Any]]:
        """Return the company."""
        cleaned = self.cleaned_data
        return [{key: cleaned[key] for key in ("name", "siren", "head_count")}]


class MailboxesField(forms.CharField):
    """Addresses in a company's mail domains, a single address per domain; the value is a list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=email_domains.LONGEST_MAILBOXES,
            required=False,
            label=_("Une adresse e-mail de l’entreprise"),
            help_text=_(
                "Par exemple rh@orsel.fr. Une fois l’espace ouvert, un lien y part : suivi, tout "
                "@orsel.fr entre sans invitation. Plusieurs domaines ? Une adresse de chacun."
            ),
            **kwargs,
        )
        self.widget.attrs.update(
            {
                "inputmode": "email",
                "autocapitalize": "none",
                "autocomplete": "off",
                "spellcheck": "false",
            }
        )

    def prepare_value(self, value: Any) -> Any:
        """Show a list as it is typed."""
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        """Return the addresses, each in a domain that may be proven."""
        typed = re.split(r"[\s,;]+", super().clean(value).strip())
        try:
            return [
                email_domains.normal_mailbox(one, base=hosts.base_name()).email
                for one in typed
                if one
            ]
        except Refused as refusal:
            raise ValidationError(refusal.sentence) from refusal


class CompanyRow(forms.Form):
    """A company of a park."""

    name = forms.CharField(
        label=_("Nom de l’entreprise"),
        max_length=80,
        error_messages={"required": _("Donnez le nom de cette entreprise.")},
    )
    siren = SirenField()
    head_count = HeadsField(label=_("Personnes"))
    mailboxes = MailboxesField()

    use_required_attribute = False


CompanyRows = forms.formset_factory(
    CompanyRow, extra=0, max_num=rules.MOST_COMPANIES, absolute_max=rules.MOST_COMPANIES
)


class ParkForm(_Described):
    """A business park and the companies in it; empty rows are left out."""

    def __init__(self, *args: Any, rows: list[dict[str, Any]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Nom du parc d’activités")
        given = rows or []
        blank: list[dict[str, Any]] = [{} for _row in range(ROWS_AT_FIRST - len(given))]
        self.rows = CompanyRows(
            self.data if self.is_bound else None, initial=[*given, *blank], prefix="companies"
        )
        for row in self.rows.forms:
            row.empty_permitted = not any(_typed(row))

    def is_valid(self) -> bool:
        """Check the park and each company in it."""
        sound = super().is_valid()
        if self.is_bound and not self.rows.is_valid():
            self.add_error(None, _("Vérifiez la liste des entreprises."))
            return False
        return sound

    def companies(self) -> list[dict[str, Any]]:
        """Return the companies with a completed row."""
        return [row for row in self.rows.cleaned_data if row]

    @property
    def mistakes_of_rows(self) -> list[tuple[str, str]]:
        """Each mistake in a row, with the field that it belongs to."""
        return [
            (row[name].id_for_label, str(message))
            for row in self.rows.forms
            for name, messages in row.errors.items()
            for message in messages
        ]


def _typed(row: forms.Form) -> list[str]:
    return [str(row[name].value() or "").strip() for name in row.fields]


def typed_rows(data: Mapping[str, Any], *, more: int = 1) -> list[dict[str, Any]]:
    """Return the rows as submitted, followed by empty rows."""
    total = str(data.get("companies-TOTAL_FORMS") or "")
    count = min(int(total) if re.fullmatch("[0-9]{1,4}", total) else 0, rules.MOST_COMPANIES - more)
    names = ("name", "siren", "head_count", "mailboxes")
    typed = [
        {name: data.get(f"companies-{row}-{name}", "") for name in names} for row in range(count)
    ]
    return [*typed, *({} for _row in range(more))]
