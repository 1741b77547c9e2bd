"""Forms of the desk: signing up, and the description of a shop."""

from typing import Any, NamedTuple

from django import forms
from django.forms.boundfield import BoundField
from django.urls import reverse_lazy
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from saas.accounts.forms import LONGEST_PASSWORD
from saas.accounts.models import User
from saas.catalogue.merchants.actions import shops as actions
from saas.catalogue.merchants.models import Category, Merchant, Signup
from saas.catalogue.merchants.queries import shops as queries
from saas.catalogue.merchants.rules import identity, typed_hours
from saas.catalogue.merchants.rules import shops as rules
from saas.catalogue.merchants.rules.closures import Closures
from saas.catalogue.merchants.wording.hours import hours_as_typed
from saas.geocoding.forms import AddressFields
from saas.kernel.display.widgets import Picture
from saas.kernel.forms import ActionForm, DegreesField, PictureField, split_pairs
from saas.kernel.values import vat_numbers

CLOSING = ("open_on_holidays", "closed_from", "closed_until")
QUARTER = 15 * 60
LARGEST_PAPER = 8 * 1024 * 1024
BETWEEN_DIGITS = str.maketrans("", "", ".-")
TIMES = ("opens", "closes", "opens_again", "closes_again")


class SignupForm(ActionForm[Signup]):
    """Signing up for a desk."""

    name = forms.CharField(
        label=_("Prénom et nom"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Adresse e-mail"),
        help_text=_("Nous y envoyons un lien pour la confirmer."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label=_("Mot de passe"),
        help_text=_("Au moins dix signes."),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def perform(self, **context: Any) -> Signup:
        """Sign up; the first word is the first name."""
        typed = self.cleaned_data
        first, _space, last = typed["name"].partition(" ")
        return actions.sign_up(
            first_name=first[:60],
            last_name=last.strip()[:60],
            email=typed["email"],
            password=typed["password"],
            language=get_language() or "fr",
            **context,
        )

    def clean_name(self) -> str:
        """Return first and last name. Raises ValidationError for a single word."""
        words = " ".join(self.cleaned_data["name"].split())
        if " " not in words:
            raise forms.ValidationError(_("Écrivez votre prénom et votre nom."))
        return words


class ConfirmForm(ActionForm[User]):
    """The button behind which an address is confirmed: mail scanners follow links only."""

    def perform(self, **context: Any) -> User:
        """Confirm the address that the link was mailed to."""
        signup = queries.signup_of(context["token"])
        typed_here = signup is not None and str(signup.pk) == context["begun_here"]
        return actions.confirm(signup=signup, typed_here=typed_here, at=context["at"])


class Day(NamedTuple):
    """Form fields of a weekday."""

    name: str
    fields: list[BoundField]


class CompanyNumberField(forms.CharField):
    """Number that companies must have in some countries; its label names them."""

    def __init__(self, *, needed_where: Any, **kwargs: Any) -> None:
        super().__init__(max_length=20, required=False, **kwargs)
        self.needed_where = needed_where


class ShopForm(AddressFields, ActionForm[Merchant]):
    """A merchant's description of their shop, with two openings for each day."""

    name = forms.CharField(label=_("Nom du commerce"), max_length=80)
    category = forms.ChoiceField(label=_("Catégorie"), choices=Category.choices)
    description = forms.CharField(
        label=_("Ce que vous proposez"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    picture = PictureField(label=_("Photo"), required=False, widget=Picture())
    phone = forms.CharField(
        label=_("Téléphone"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    # A field of text: browsers refuse an address without a scheme in a field of type url.
    website = forms.URLField(
        label=_("Site web"),
        max_length=200,
        required=False,
        assume_scheme="https",
        widget=forms.TextInput(attrs={"autocomplete": "url", "inputmode": "url"}),
    )
    street = forms.CharField(
        label=_("Rue et numéro"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    postcode = forms.CharField(
        label=_("Code postal"),
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code"}),
    )
    city = forms.CharField(
        label=_("Ville"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
    )
    latitude = DegreesField(
        label=_("Latitude"),
        error_messages={
            "required": _("Cliquez sur le plan, ou collez ici les coordonnées de votre porte.")
        },
    )
    longitude = DegreesField(
        label=_("Longitude"),
        error_messages={"required": _("Il manque la longitude, par exemple 2,3522.")},
    )
    hours = forms.CharField(
        label=_("Horaires d’ouverture"),
        help_text=_("Comme vous les dites\u00a0: lun–ven 7 h–12 h 30 et 14 h–19 h, sam 8 h–13 h."),
        max_length=typed_hours.LONGEST,
        required=False,
        widget=forms.TextInput(
            attrs={
                "data-check-url": reverse_lazy("merchants:hours"),
                "data-check-target": "#hours-read",
            }
        ),
    )
    same_every_day = forms.BooleanField(
        label=_("Les mêmes horaires tous les jours"),
        help_text=_("Ceux du lundi valent pour toute la semaine."),
        required=False,
    )
    open_on_holidays = forms.BooleanField(
        label=_("Ouvert les jours fériés"),
        help_text=_("Sinon votre page dit fermé ces jours-là, ceux d’Alsace-Moselle compris."),
        required=False,
    )
    closed_from = forms.DateField(
        label=_("Fermé du"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    closed_until = forms.DateField(
        label=_("au, compris"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    legal_name = forms.CharField(
        label=_("Raison sociale"),
        max_length=120,
        required=False,
        help_text=_("Si ce n’est pas le nom du commerce."),
    )
    country = forms.ChoiceField(
        label=_("Pays de l’entreprise"),
        choices=rules.COUNTRIES,
        initial=vat_numbers.FRANCE,
        required=False,
        help_text=_(
            "Hors de France, donnez son numéro de TVA\u00a0: s’il est confirmé et que la boutique "
            "n’est pas en France, l’entreprise doit la TVA chez elle."
        ),
    )
    siren = CompanyNumberField(
        label=_("SIREN"),
        needed_where=_("obligatoire pour une entreprise française"),
        help_text=_("Entreprise française\u00a0: 9 chiffres, qui figurent sur vos factures."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    vat_number = CompanyNumberField(
        label=_("Numéro de TVA"), needed_where=_("obligatoire hors de France")
    )
    seat_street = forms.CharField(
        label=_("Siège : rue et numéro"),
        max_length=120,
        required=False,
        help_text=_("Si le siège de l’entreprise n’est pas à l’adresse du commerce."),
    )
    seat_postcode = forms.CharField(label=_("Siège : code postal"), max_length=10, required=False)
    seat_city = forms.CharField(label=_("Siège : ville"), max_length=80, required=False)
    billing_email = forms.EmailField(
        label=_("Adresse des factures"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(split_pairs(data), *args, **kwargs)
        for weekday in rules.DAYS:
            for time in TIMES:
                self.fields[f"{time}_{weekday}"] = forms.TimeField(
                    label=f"{rules.day_name(weekday)}, {WORDS[time]}",
                    required=False,
                    widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "step": QUARTER}),
                )

    @property
    def has_wrong_day(self) -> bool:
        """Whether the times of a day need a correction."""
        return any(name.startswith(TIMES) for name in self.errors)

    @property
    def has_closing(self) -> bool:
        """Whether the shop's own closing is filled, or needs a correction."""
        return bool({"closed_from", "closed_until"} & set(self.errors)) or bool(
            self["closed_from"].value() or self["closed_until"].value()
        )

    @property
    def has_wrong_bill(self) -> bool:
        """Whether a rarely needed field of the invoice needs a correction, or is filled."""
        names = {"legal_name", "country", "vat_number", "seat_street", "billing_email"}
        return bool(names & set(self.errors)) or self["country"].value() not in {None, "", "FR"}

    @property
    def has_wrong_details(self) -> bool:
        """Whether a field of the page's details needs a correction."""
        return bool({"description", "picture", "phone", "website"} & set(self.errors))

    @property
    def week(self) -> list[Day]:
        """The days of the week, each with its four times."""
        return [
            Day(
                capfirst(rules.day_name(weekday)),
                [self[f"{time}_{weekday}"] for time in TIMES],
            )
            for weekday in rules.DAYS
        ]

    def clean_siren(self) -> str:
        """Take the spaces out of a SIREN; of a SIRET keep the SIREN that it begins with."""
        return identity.plain_number(self.cleaned_data["siren"])

    def clean_vat_number(self) -> str:
        """Take the spaces, dots and dashes out of a VAT number."""
        return vat_numbers.compact(self.cleaned_data["vat_number"].translate(BETWEEN_DIGITS))

    def clean_country(self) -> str:
        """Return the country; an empty value means France."""
        return self.cleaned_data["country"] or vat_numbers.FRANCE

    def clean(self) -> dict[str, Any]:
        """Add an error for an opening with only a start or only an end."""
        super().clean()
        self.cleaned_data["legal_name"] = self._legal_name()
        for weekday in rules.DAYS:
            for opens, closes in (TIMES[:2], TIMES[2:]):
                first, last = f"{opens}_{weekday}", f"{closes}_{weekday}"
                if bool(self.cleaned_data.get(first)) != bool(self.cleaned_data.get(last)):
                    missing = last if self.cleaned_data.get(first) else first
                    self.add_error(missing, _("Il manque une heure."))
        return self.cleaned_data

    def perform(self, **context: Any) -> Merchant:
        """Keep the page, and publish it when that was asked for."""
        publishes, is_new = context.pop("publishes"), context.pop("is_new", False)
        words = {name: self.cleaned_data[name] for name in rules.Description._fields}
        merchant = actions.describe(
            description=rules.Description(**words),
            hours=self._openings(),
            picture=self.cleaned_data["picture"],
            keeps_picture=f"keep_{self['picture'].html_name}" in self.data,
            closures=Closures(
                "",
                self.cleaned_data["open_on_holidays"],
                self.cleaned_data["closed_from"],
                self.cleaned_data["closed_until"],
            ),
            is_new=is_new,
            **context,
        )
        return actions.publish(**context) if publishes else merchant

    def _legal_name(self) -> str:
        return self.cleaned_data.get("legal_name") or self.cleaned_data.get("name") or ""

    def _openings(self) -> list[rules.Opening]:
        """Return the openings: as they are said, unless days were changed one by one."""
        days = {f"{time}_{weekday}" for time in TIMES for weekday in rules.DAYS}
        by_day = {"same_every_day", *days} & set(self.changed_data)
        if "hours" in self.data and ("hours" in self.changed_data or not by_day):
            return typed_hours.openings_of(self.cleaned_data["hours"])
        return self._openings_by_day()

    def _openings_by_day(self) -> list[rules.Opening]:
        same = self.cleaned_data["same_every_day"]
        found = []
        for weekday in rules.DAYS:
            typed = 0 if same else weekday
            for opens, closes in (TIMES[:2], TIMES[2:]):
                first = self.cleaned_data[f"{opens}_{typed}"]
                if first:
                    last = self.cleaned_data[f"{closes}_{typed}"]
                    found.append(rules.Opening(weekday, first, last))
        return found


class AskViesForm(ActionForm[Merchant]):
    """The button that has VIES asked again about a merchant's VAT number."""

    def perform(self, **context: Any) -> Merchant:
        """Have it asked in the background."""
        return actions.ask_vies_again(**context)


WORDS = {
    "opens": _("ouvre"),
    "closes": _("ferme"),
    "opens_again": _("rouvre"),
    "closes_again": _("referme"),
}


def as_typed(merchant: Merchant | None, person: User) -> dict[str, Any]:
    """Return the initial values of the shop's form."""
    if merchant is None:
        return {"billing_email": person.email}
    typed = {name: getattr(merchant, name) for name in rules.Description._fields}
    typed |= {name: rules.column_value(name, value) for name, value in merchant.proposed.items()}
    typed |= {name: getattr(merchant, name) for name in CLOSING}
    openings = queries.openings_of(merchant)
    typed["hours"] = hours_as_typed(openings)
    for weekday in rules.DAYS:
        day = sorted(each for each in openings if each.weekday == weekday)
        times = [time for opening in day[:2] for time in (opening.opens, opening.closes)]
        typed |= {f"{name}_{weekday}": time for name, time in zip(TIMES, times, strict=False)}
    return typed


OF_BUSINESS = (
    *("legal_name", "country", "siren", "vat_number", "billing_email", "category"),
    *("seat_street", "seat_postcode", "seat_city"),
)


def further_shop(merchant: Merchant | None, person: User) -> dict[str, Any]:
    """Return the initial values for a further shop: the details of the same business."""
    typed = as_typed(merchant, person)
    return {name: typed[name] for name in OF_BUSINESS if name in typed}
