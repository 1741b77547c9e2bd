"""Forms of the page on which the company's own way in is set up."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from saas.accounts.forms import EmailOnlyField
from saas.accounts.models import User
from saas.kernel.forms import ActionForm
from tenants.community.sso import actions
from tenants.community.sso.gateway import saml
from tenants.community.sso.models import Provider
from tenants.community.sso.rules import groups
from tenants.spaces.rules.addresses import shown

_TYPED = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
_ATTRIBUTE: Any = {"required": False, "max_length": 200, "widget": forms.TextInput(attrs=_TYPED)}
_ATTRIBUTE_HELP = _("Vide : les noms usuels d’Entra ID, ADFS, Google, Okta et Keycloak.")


def _offer_domains(form: forms.Form, proven: Sequence[str]) -> None:
    form.fields["domains"].choices = [(one, f"@{shown(one)}") for one in proven]  # type: ignore[attr-defined]


class ProviderForm(ActionForm[Provider]):
    """The provider: its name, its issuer, our client id there, and its mail domains."""

    name = forms.CharField(
        label=_("Nom sur le bouton"),
        help_text=_("Il se lit après « Se connecter avec »."),
        max_length=60,
        error_messages={"required": _("Donnez le nom que vos collègues reconnaissent.")},
    )
    issuer = forms.CharField(
        label=_("Émetteur"),
        help_text=_("Une adresse en https, dite aussi « issuer » ou « URL de l’émetteur »."),
        max_length=300,
        widget=forms.TextInput(attrs={**_TYPED, "inputmode": "url"}),
        error_messages={"required": _("Écrivez l’adresse de l’émetteur.")},
    )
    client_id = forms.CharField(
        label=_("Identifiant de l’application"),
        help_text=_("Dit aussi « client ID »."),
        max_length=200,
        widget=forms.TextInput(attrs=_TYPED),
        error_messages={"required": _("Collez l’identifiant de l’application.")},
    )
    secret = forms.CharField(
        label=_("Secret de l’application"),
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Collez le secret de l’application.")},
    )
    domains = forms.MultipleChoiceField(
        label=_("Adresses concernées"),
        help_text=_("Parmi les domaines e-mail que l’espace a prouvés."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choisissez au moins un domaine prouvé.")},
    )

    def __init__(
        self, *args: Any, proven: Sequence[str], found: Provider | None, name: str, **kwargs: Any
    ) -> None:
        kwargs["initial"] = {
            "name": found.name if found else name,
            "issuer": found.issuer if found else "",
            "client_id": found.client_id if found else "",
            "domains": found.domains.split() if found else proven,
        }
        super().__init__(*args, **kwargs)
        _offer_domains(self, proven)
        self.fields["secret"].required = found is None
        self.fields["secret"].help_text = (
            _("Gardé scellé, et jamais montré. Vide : celui d’avant reste.")
            if found
            else _("Gardé scellé, et jamais montré.")
        )

    def perform(self, **context: Any) -> Provider:
        """Keep it."""
        return actions.describe(**self.cleaned_data, **context)


class SamlForm(ActionForm[dict[str, Any]]):
    """A SAML provider: its metadata, and its own names for the columns of a person."""

    name = forms.CharField(
        label=_("Nom sur le bouton"),
        help_text=_("Il se lit après « Se connecter avec »."),
        max_length=60,
        error_messages={"required": _("Donnez le nom que vos collègues reconnaissent.")},
    )
    metadata = forms.CharField(
        label=_("Métadonnées du fournisseur"),
        help_text=_("Le contenu de son fichier XML, du premier au dernier signe."),
        max_length=saml.MOST_METADATA,
        widget=forms.Textarea(attrs={**_TYPED, "rows": 6}),
        error_messages={"required": _("Collez les métadonnées du fournisseur.")},
    )
    domains = forms.MultipleChoiceField(
        label=_("Adresses concernées"),
        help_text=_("Parmi les domaines e-mail que l’espace a prouvés."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choisissez au moins un domaine prouvé.")},
    )
    email = forms.CharField(
        label=_("Attribut de l’adresse e-mail"), **_ATTRIBUTE, help_text=_ATTRIBUTE_HELP
    )
    first = forms.CharField(label=_("Attribut du prénom"), **_ATTRIBUTE)
    last = forms.CharField(label=_("Attribut du nom"), **_ATTRIBUTE)

    def __init__(
        self, *args: Any, proven: Sequence[str], found: Provider | None, name: str, **kwargs: Any
    ) -> None:
        kwargs["initial"] = {
            "name": name,
            "domains": found.domains.split() if found else proven,
            **(found.attributes if found else {}),
        }
        super().__init__(*args, **kwargs)
        _offer_domains(self, proven)

    def perform(self, **context: Any) -> dict[str, Any]:
        """Have a job read the metadata."""
        actions.send_metadata(typed=self.cleaned_data, **context)
        return self.cleaned_data


class SamlReadForm(ActionForm[Provider]):
    """A SAML provider with metadata that were read and seen."""

    def perform(  # type: ignore[override]
        self, *, typed: dict[str, Any], metadata: saml.Metadata, **context: Any
    ) -> Provider:
        """Save it."""
        return actions.describe_saml(
            name=typed["name"],
            metadata=metadata,
            domains=typed["domains"],
            attributes={kind: typed[kind] for kind in ("email", "first", "last")},
            **context,
        )


class ModeForm(ActionForm[Provider]):
    """Off, offered or required."""

    mode = forms.ChoiceField(
        label=_("La connexion par l’entreprise est"),
        choices=Provider.Mode,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez.")},
    )

    def perform(self, **context: Any) -> Provider:
        """Switch it."""
        return actions.switch(mode=self.cleaned_data["mode"], **context)


_LINES: Any = {"required": False, "widget": forms.Textarea(attrs={**_TYPED, "rows": 2})}


class GroupsForm(ActionForm[Provider]):
    """The groups at a provider that give a role."""

    claim = forms.CharField(
        label=_("Nom de la revendication ou de l’attribut"),
        help_text=_("Souvent «\u00a0groups\u00a0»."),
        max_length=groups.LONGEST_NAME,
        required=False,
        widget=forms.TextInput(attrs=_TYPED),
    )
    administrator = forms.CharField(
        label=_("Groupes de l’administration"),
        help_text=_("Un par ligne, écrit comme chez le fournisseur."),
        **_LINES,
    )
    moderator = forms.CharField(label=_("Groupes de la modération"), **_LINES)
    kiosk_manager = forms.CharField(label=_("Groupes de la gestion des écrans"), **_LINES)

    def __init__(self, *args: Any, found: Provider, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "claim": groups.claim_of(found) or groups.USUAL_CLAIM,
            **{role: "\n".join(found.groups.get(role, ())) for role in groups.ROLES},
        }
        super().__init__(*args, **kwargs)

    def perform(self, **context: Any) -> Provider:
        """Save them."""
        typed = {role: self.cleaned_data[role] for role in groups.ROLES}
        return actions.map_groups(claim=self.cleaned_data["claim"], groups=typed, **context)


class UnbindForm(ActionForm[User]):
    """A member to unbind from their identity at the provider."""

    email = EmailOnlyField(label=_("Son adresse e-mail ici"))

    def perform(self, **context: Any) -> User:
        """Unbind them."""
        return actions.unbind(email=self.cleaned_data["email"], **context)
