"""Forms of this room: joining, a profile, links and roles."""

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from saas.accounts.forms import EmailOnlyField, PasswordField
from saas.accounts.models import User
from saas.kernel.forms import ActionForm
from saas.kernel.secrets import tokens
from saas.kernel.web import rate_limit
from tenants.community.members.actions import claims as decisions
from tenants.community.members.actions import conditions, council
from tenants.community.members.actions import leaving as leaving_actions
from tenants.community.members.actions import membership as membership_actions
from tenants.community.members.models import (
    ClosingRequest,
    CompanyClaim,
    Departure,
    Invitation,
    JoinRequest,
    Profile,
    Role,
)
from tenants.community.members.queries import claims
from tenants.community.members.queries import people as queries
from tenants.community.members.rules import membership as rules

GIVE, TAKE, END = "give", "take", "end"
SEATS = (Role.Kind.TREASURER, Role.Kind.SECRETARY, Role.Kind.COUNCIL)
CONFIRM, REFUSE = "confirm", "refuse"


def count_code(*, network: str) -> None:
    """Count a network's attempt at an invitation code. Raises Refused.

    Correct codes count as well: the response must not depend on them.
    """
    rate_limit.check(
        "join_code",
        tokens.hashed(network),
        most=rules.CODES_OF_A_NETWORK,
        per_seconds=rules.TRY_SECONDS,
        when_silent=rate_limit.Silent.REFUSE,
    )


class NameField(forms.CharField):
    """A first or a last name."""

    def __init__(self, *, part: str, **kwargs: Any) -> None:
        super().__init__(max_length=60, **kwargs)
        self.widget.attrs["autocomplete"] = part


class CompanyField(forms.TypedChoiceField):
    """A company of a park; an optional last choice, with value 0, covers the whole park."""

    def __init__(
        self,
        *,
        nothing: Any,
        required: bool,
        scope: frozenset[int] | None = None,
        none: Any = None,
        **kwargs: Any,
    ) -> None:
        offered = [(row.pk, row.name) for row in queries.companies_in(scope)]
        whole = [(0, none)] if none is not None else []
        choices = [("", nothing), *offered, *whole] if scope is None else offered
        super().__init__(choices=choices, coerce=int, empty_value=None, required=required, **kwargs)
        self.error_messages["required"] = _("Choisissez votre entreprise.")


class JoinForm(ActionForm[JoinRequest]):
    """A request to join; a park also asks for the company."""

    first_name = NameField(
        part="given-name",
        label=_("Prénom"),
        error_messages={"required": _("Écrivez votre prénom.")},
    )
    last_name = NameField(
        part="family-name",
        label=_("Nom de famille"),
        help_text=_("Vos collègues n’en voient que l’initiale."),
        error_messages={"required": _("Écrivez votre nom.")},
    )
    email = EmailOnlyField(label=_("Votre adresse e-mail"))

    def __init__(self, *args: Any, asks_company: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if asks_company:
            self.fields["company_id"] = CompanyField(
                label=_("Votre entreprise"),
                nothing=_("Choisissez…"),
                required=False,
                help_text=_(
                    "Si votre adresse ou votre invitation ne la prouve pas, "
                    "son administration confirmera."
                ),
            )

    def perform(self, **context: Any) -> JoinRequest:
        """Ask to join."""
        answers = {"company_id": None, **self.cleaned_data}
        return membership_actions.ask_to_join(**answers, **context)


class ConfirmForm(ActionForm[User]):
    """The last step into a space; a password is chosen here or never."""

    password = PasswordField(
        purpose="new-password",
        label=_("Mot de passe"),
        required=False,
        help_text=_("Dix caractères au moins. Sans mot de passe, un lien par e-mail suffit."),
    )
    charter_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def perform(self, **context: Any) -> User:
        """Join."""
        charter_version = self.cleaned_data["charter_version"] or 0
        password = self.cleaned_data["password"]
        return membership_actions.join(
            password=password, charter_version=charter_version, **context
        )


class ConditionsForm(ActionForm[Profile]):
    """The member's yes to the conditions of use, in the version that the page named."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def perform(self, **context: Any) -> Profile:
        """Accept them."""
        return conditions.accept_conditions(version=self.cleaned_data["version"], **context)


class ProfileForm(ActionForm[Profile]):
    """A member's card, and how pages speak to them."""

    first_name = JoinForm.base_fields["first_name"]
    last_name = JoinForm.base_fields["last_name"]
    team = forms.CharField(
        max_length=60,
        required=False,
        label=_("Service ou équipe"),
        help_text=_("Par exemple : qualité, atelier 2."),
    )
    about = forms.CharField(
        max_length=280,
        required=False,
        label=_("En quelques mots"),
        help_text=_("Ce que vous aimez prêter, apprendre, partager."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    site_id = forms.TypedChoiceField(
        coerce=int, empty_value=None, required=False, label=_("Votre site")
    )
    language = forms.ChoiceField(choices=settings.LANGUAGES, label=_("Langue des pages"))
    theme = forms.ChoiceField(
        label=_("Apparence"),
        choices=[
            (User.Theme.SYSTEM, _("Comme l’appareil")),
            (User.Theme.LIGHT, _("Claire")),
            (User.Theme.DARK, _("Sombre")),
        ],
    )

    def __init__(self, *args: Any, asks_company: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sites = [(site.pk, site.name) for site in queries.sites()]
        self.fields["site_id"].choices = [("", _("Non précisé")), *sites]  # type: ignore[attr-defined]
        if asks_company:
            self.fields["company_id"] = CompanyField(
                label=_("Votre entreprise"), nothing=_("Aucune pour l’instant"), required=False
            )
            self.order_fields(["first_name", "last_name", "company_id", "site_id"])

    def perform(self, **context: Any) -> Profile:
        """Keep the profile."""
        answers = {"company_id": None, **self.cleaned_data}
        return membership_actions.describe_oneself(**answers, **context)


class InvitationForm(ActionForm[Invitation]):
    """How many colleagues a link lets in, and for how long."""

    uses = forms.IntegerField(
        label=_("Nombre de personnes"),
        error_messages={"required": _("Écrivez un nombre."), "invalid": _("Écrivez un nombre.")},
    )
    days = forms.IntegerField(
        label=_("Nombre de jours"),
        error_messages={"required": _("Écrivez un nombre."), "invalid": _("Écrivez un nombre.")},
    )

    def __init__(
        self, *args: Any, asks_company: bool, scope: frozenset[int] | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if asks_company:
            self.fields["company_id"] = CompanyField(
                label=_("Entreprise"),
                nothing=_("Chaque personne dit la sienne, et son administration confirme"),
                required=scope is not None,
                scope=scope,
            )

    def perform(self, **context: Any) -> Invitation:
        """Make the link."""
        answers = {"company_id": None, **self.cleaned_data}
        return membership_actions.invite(**answers, **context)


class RoleForm(ActionForm[bool]):
    """A role to give to a member or to take from them."""

    verb = forms.ChoiceField(choices=[(GIVE, GIVE), (TAKE, TAKE)], widget=forms.HiddenInput)
    role = forms.ChoiceField(
        label=_("Rôle"), choices=[(role.value, capfirst(role.label)) for role in rules.GIVEN_ROLES]
    )
    ends_on = forms.DateField(
        label=_("Jusqu’au"),
        help_text=_("Facultatif : ce jour compris, puis le rôle se retire de lui-même."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": _("Écrivez une date, par exemple 31/12/2026.")},
    )

    def __init__(
        self, *args: Any, asks_company: bool, scope: frozenset[int] | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if asks_company:
            self.fields["company_id"] = CompanyField(
                label=_("Pour"),
                nothing=_("Toutes les entreprises"),
                required=scope is not None,
                scope=scope,
            )

    def perform(self, **context: Any) -> bool:
        """Give the role, or take it."""
        of = context.pop("of")
        role = self.cleaned_data["role"]
        company_id = self.cleaned_data.get("company_id")
        if self.cleaned_data["verb"] == GIVE:
            ends_on = self.cleaned_data["ends_on"]
            membership_actions.give_role(
                to=of, role=role, company_id=company_id, ends_on=ends_on, **context
            )
        else:
            membership_actions.take_role(of=of, role=role, company_id=company_id, **context)
        return True


class LeaveForm(ActionForm[Departure]):
    """The confirmation before an account is closed: a colleague's, or the member's own."""

    sure = forms.BooleanField(
        error_messages={"required": _("Cochez cette case pour fermer le compte.")}
    )

    def __init__(self, *args: Any, own: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own_label = _("Oui, je quitte l’espace")
        self.fields["sure"].label = own_label if own else _("Oui, fermer ce compte")

    def perform(self, **context: Any) -> Departure:
        """Close the account."""
        return leaving_actions.close_account(**context)


class VerdictForm(ActionForm[CompanyClaim]):
    """The answer to a request, by two buttons."""

    verb = forms.ChoiceField(choices=[(CONFIRM, CONFIRM), (REFUSE, REFUSE)])

    @property
    def confirms(self) -> bool:
        """Whether the answer is yes."""
        return bool(self.cleaned_data["verb"] == CONFIRM)

    def perform(self, **context: Any) -> CompanyClaim:
        """Confirm or refuse that a member works for a company."""
        return decisions.decide_company(confirms=self.confirms, **context)


class SeatForm(ActionForm[str]):
    """A role of a council that its people give by address, or end."""

    verb = forms.ChoiceField(choices=[(GIVE, GIVE), (END, END)], widget=forms.HiddenInput)
    email = EmailOnlyField(label=_("Adresse e-mail de la personne"))
    role = forms.ChoiceField(
        label=_("Rôle"),
        choices=[(kind, capfirst(Role.Kind(kind).label)) for kind in SEATS],
    )

    def __init__(self, *args: Any, scopes: list[tuple[int | None, str]], **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"verb": GIVE})
        super().__init__(*args, **kwargs)
        if len(scopes) > 1 or (scopes and scopes[0][0] is not None):
            self.fields["company_id"] = forms.TypedChoiceField(
                label=_("Pour le CSE de"),
                choices=[(pk or "", name or _("Tout l’espace")) for pk, name in scopes],
                coerce=int,
                empty_value=None,
                required=False,
            )

    def perform(self, *, by: User, at: dt.datetime) -> str:  # type: ignore[override]
        """Give the role, or end it; return which."""
        cleaned = self.cleaned_data
        wanted: dict[str, Any] = {
            "role": cleaned["role"],
            "company_id": cleaned.get("company_id"),
            "by": by,
            "at": at,
        }
        if cleaned["verb"] == GIVE:
            council.give_seat_to_address(email=cleaned["email"], **wanted)
        else:
            council.end_seat_of_address(email=cleaned["email"], **wanted)
        return str(cleaned["verb"])


class ClosingForm(ActionForm[ClosingRequest]):
    """The confirmation before asking the council for the closing of its member's account."""

    sure = forms.BooleanField(
        label=_("Oui, demander au CSE"),
        error_messages={"required": _("Cochez cette case pour envoyer la demande.")},
    )

    def perform(self, **context: Any) -> ClosingRequest:
        """Ask the council."""
        return council.ask_to_close(**context)


class MoveForm(ActionForm[Profile]):
    """The member's company in the park."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["company_id"] = CompanyField(
            label=_("Son entreprise"), nothing=_("Choisissez…"), required=True
        )

    def perform(self, **context: Any) -> Profile:
        """Let them work there."""
        return membership_actions.move(company_id=self.cleaned_data["company_id"], **context)


def profile_form(user: User, profile: Profile | None, data: Any, *, is_park: bool) -> ProfileForm:
    """Return the form, filled with the member's current profile."""
    initial: dict[str, Any] = {
        "first_name": user.first_name,
        "last_name": user.last_name,
        "language": user.language,
        "theme": user.theme,
    }
    if profile is not None:
        initial |= {
            "company_id": profile.company_id,
            "site_id": profile.site_id,
            "team": profile.team,
            "about": profile.about,
        }
    belongs = profile is not None and profile.company_id is not None
    claimed = None if belongs else claims.waiting_claim_of(user)
    if claimed is not None:
        initial["company_id"] = claimed.company_id
    return ProfileForm(data, initial=initial, asks_company=is_park and not belongs)
