"""A treasurer's answer to terms: yes with a vote and a split, or no with a reason."""

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.councils.actions.councils import accept_terms, decline_terms
from billing.models import Council, ShareTerms
from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.forms import ActionForm, PercentField
from tenants.community.council import rules
from tenants.spaces.actors import actor_of


class _AnswerForm(ActionForm[ShareTerms]):
    """An answer to the version that was read, and to no other."""

    version = forms.IntegerField(widget=forms.HiddenInput(), required=False, min_value=1)


class AcceptForm(_AnswerForm):
    """A signature of terms: the resolution, the split of the share, and a typed name."""

    resolution = forms.CharField(
        label=_("Délibération du CSE"),
        required=False,
        max_length=120,
        help_text=_("Son numéro et sa date, par exemple n°\u00a02026-14 du 18/11/2026."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    aep_bp = PercentField(
        label=_("Part pour le fonctionnement (AEP)"),
        required=False,
        help_text=_(
            "En pour cent. Le reste va aux activités sociales et culturelles (ASC). "
            "Sans réponse, tout va aux ASC."
        ),
    )
    read = forms.BooleanField(
        label=_("J’ai lu ces conditions et je les accepte au nom du CSE"),
        error_messages={"required": _("Cochez la case une fois les conditions lues.")},
    )
    name = forms.CharField(
        label=_("Votre nom, en signature"),
        max_length=121,
        error_messages={"required": _("Écrivez votre nom pour signer.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def perform(  # type: ignore[override]
        self, *, council: Council, by: User, at: dt.datetime
    ) -> ShareTerms:
        """Accept the offered terms in the name of the signer."""
        cleaned = self.cleaned_data
        rules.check_signature(cleaned["name"], by.display_name)
        actor = actor_of(by, schema_name=schema.current(), role=rules.TREASURER)
        with schema.in_public():
            return accept_terms(
                council=council,
                version=cleaned["version"],
                aep_bp=cleaned["aep_bp"] or 0,
                resolution=cleaned["resolution"],
                by=actor,
                at=at,
            )


class DeclineForm(_AnswerForm):
    """Why terms are declined; Troovon reads it and offers others."""

    reason = forms.CharField(
        label=_("Pourquoi"),
        max_length=200,
        help_text=_("Troovon le lit, et propose autre chose."),
        error_messages={"required": _("Dites pourquoi\u00a0: Troovon le lit.")},
    )

    def perform(  # type: ignore[override]
        self, *, council: Council, by: User, at: dt.datetime
    ) -> ShareTerms:
        """Decline the offered terms."""
        cleaned = self.cleaned_data
        actor = actor_of(by, schema_name=schema.current(), role=rules.TREASURER)
        with schema.in_public():
            return decline_terms(
                council=council,
                version=cleaned["version"],
                reason=cleaned["reason"],
                by=actor,
                at=at,
            )
