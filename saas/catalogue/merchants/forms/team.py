"""Forms of a shop's people: requests to join, invitations, roles."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from saas.accounts.forms import LONGEST_PASSWORD
from saas.accounts.models import User
from saas.catalogue.merchants.actions import people, team
from saas.catalogue.merchants.models import Invitation, JoinRequest, Membership, Merchant
from saas.kernel.errors import Refused
from saas.kernel.forms import ActionForm

LARGEST_PAPER = 8 * 1024 * 1024


class ExplainJoinForm(ActionForm[JoinRequest]):
    """Why a shop that exists is a person's own: a sentence, and a paper that shows it."""

    note = forms.CharField(
        label=_("Pourquoi cette boutique est la vôtre"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    paper = forms.FileField(
        label=_("Justificatif"),
        required=False,
        help_text=_("Un extrait Kbis ou un bail, en PDF de 8 Mo au plus. Seul Troovon le lit."),
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
    )

    def clean_paper(self) -> bytes:
        """Return the paper's content; raise ValidationError if it is no PDF or too large."""
        file = self.cleaned_data["paper"]
        if file is None:
            return b""
        content = file.read(LARGEST_PAPER + 1)
        if len(content) > LARGEST_PAPER or not content.startswith(b"%PDF-"):
            raise forms.ValidationError(_("Joignez un PDF de 8 Mo au plus."))
        return bytes(content)

    def perform(self, **context: Any) -> JoinRequest:
        """Update the join request for its later decision."""
        return people.explain_join(
            note=self.cleaned_data["note"], paper=self.cleaned_data["paper"], **context
        )


class JoinCodeForm(ActionForm[bool]):
    """The code of the letter that came to the shop's address."""

    code = forms.CharField(
        label=_("Code de la lettre"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )

    def perform(self, **context: Any) -> bool:
        """Join the shop; a wrong code is counted before it is refused."""
        joined = people.use_code(typed=self.cleaned_data["code"], **context)
        if not joined:
            raise Refused(str(_("Ce code n’est pas celui de la lettre.")), field="code")
        return joined


class DecideJoinForm(ActionForm[JoinRequest]):
    """The two buttons of a request to join, with the reason of a refusal."""

    reason = forms.CharField(label=_("Motif du refus"), max_length=200, required=False)

    def perform(self, *, verdict: str, **context: Any) -> JoinRequest:  # type: ignore[override]
        """Accept the person into the shop, or refuse with a reason."""
        accepts = verdict == "accept"
        return people.decide_join(accepts=accepts, reason=self.cleaned_data["reason"], **context)


class InviteForm(ActionForm[Invitation]):
    """Address and role of a person who is invited to the shop."""

    email = forms.EmailField(
        label=_("Adresse e-mail"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    role = forms.ChoiceField(
        label=_("Rôle"), choices=Membership.Role.choices, initial=Membership.Role.EDITOR
    )

    def perform(self, **context: Any) -> Invitation:
        """Mail the invitation in the language of this page."""
        return team.invite(
            email=self.cleaned_data["email"],
            role=self.cleaned_data["role"],
            language=get_language() or "fr",
            **context,
        )


class RoleForm(ActionForm[bool]):
    """New role of a person of the shop."""

    role = forms.ChoiceField(label=_("Rôle"), choices=Membership.Role.choices)

    def perform(self, **context: Any) -> bool:
        """Change the role."""
        team.change_role(role=self.cleaned_data["role"], **context)
        return True


class RemoveForm(ActionForm[bool]):
    """Button that removes a person from the shop."""

    def perform(self, **context: Any) -> bool:
        """Remove the person."""
        team.remove_member(**context)
        return True


class AcceptForm(ActionForm[Merchant]):
    """Button by which a signed-in person accepts an invitation."""

    def perform(self, **context: Any) -> Merchant:
        """Join the shop."""
        return team.accept_invitation(**context)


class NewColleagueForm(ActionForm[User]):
    """Name and password of an invited person without an account."""

    name = forms.CharField(
        label=_("Prénom et nom"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("Mot de passe"),
        help_text=_("Au moins dix signes."),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def perform(self, **context: Any) -> User:
        """Create the account and join the shop; the first word is the first name."""
        first, _space, last = " ".join(self.cleaned_data["name"].split()).partition(" ")
        return team.join_with_new_account(
            first_name=first[:60],
            last_name=last[:60] or first[:60],
            password=self.cleaned_data["password"],
            **context,
        )
