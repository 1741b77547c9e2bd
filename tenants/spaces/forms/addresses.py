"""Forms of administrators about the space itself: its name, its colour, its addresses."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from saas.accounts import actions as accounts
from saas.accounts.models import Pass, User
from saas.accounts.rules import CROSSING
from saas.kernel import schema
from saas.kernel.forms import ActionForm
from tenants.spaces.actions import addresses as actions
from tenants.spaces.actors import SpaceActor
from tenants.spaces.forms import parts
from tenants.spaces.models import DomainClaim, Tenant


class PresentForm(ActionForm[Tenant]):
    """How the space is called, and its colour."""

    name = forms.CharField(
        label=_("Nom de l’espace"),
        min_length=2,
        max_length=80,
        error_messages={"required": _("Donnez un nom à l’espace.")},
    )
    accent = parts.accent_field()
    own = parts.own_colour_field()

    def perform(self, *, by: SpaceActor, at: dt.datetime) -> Tenant:  # type: ignore[override]
        """Change name and colour."""
        return actions.present(
            schema_name=by.schema_name,
            name=self.cleaned_data["name"],
            accent=parts.chosen_accent(self.cleaned_data),
            by=by,
            at=at,
        )


class MoveForm(ActionForm[tuple[Tenant, str]]):
    """Another subdomain for the space."""

    slug = parts.slug_field(_("Nouvelle adresse"), max_length=255)

    def __init__(self, *args: Any, judge_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parts.judge_while_typing(self.fields["slug"], judge_url)

    def perform(  # type: ignore[override]
        self, *, user: User, by: SpaceActor, origin: str, at: dt.datetime
    ) -> tuple[Tenant, str]:
        """Rename the space, and return a pass to the new address, issued on this host's page.

        Without the pass the person would have to sign in there again. It is issued second, in the
        space that they are a member of.
        """
        slug = self.cleaned_data["slug"]
        with schema.in_public():
            tenant = actions.rename(schema_name=by.schema_name, slug=slug, by=by, at=at)
        token = accounts.issue_pass(
            user=user,
            purpose=Pass.Purpose.CROSSING,
            lifetime=CROSSING,
            at=at,
            leads_to="/admin/space/",
            origin=origin,
        )
        return tenant, token


class ClaimForm(ActionForm[DomainClaim]):
    """A name of the company's own."""

    domain = forms.CharField(
        label=_("Votre nom de domaine"),
        max_length=300,
        help_text=_("Par exemple espace.votre-entreprise.fr."),
        error_messages={"required": _("Écrivez un nom de domaine.")},
        widget=forms.TextInput(
            attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}
        ),
    )

    def perform(self, *, by: SpaceActor, at: dt.datetime) -> DomainClaim:  # type: ignore[override]
        """Claim the domain for the space."""
        return actions.claim(
            schema_name=by.schema_name, domain=self.cleaned_data["domain"], by=by, at=at
        )
