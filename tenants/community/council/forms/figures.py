"""Forms to simulate other terms, and to request a statement."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.councils.actions.statements import make_statement
from billing.models import Council, Statement
from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.forms import ActionForm, PercentField
from tenants.community.council import rules
from tenants.spaces.actors import actor_of

MOST_MERCHANTS = 200
_RATE = {"required": _("Écrivez un taux, par exemple 40 ou 12,5.")}
_COUNT = _("De 0 à 200 commerçants de plus.")


class _WholeField(PercentField):
    """A percentage between 0 and 100."""

    def clean(self, value: object) -> int:
        """Return basis points, from 0 to 10,000."""
        points: int = super().clean(value)
        if points > 10_000:  # noqa: PLR2004 - all of it
            raise forms.ValidationError(_("Le taux va de 0 à 100\u00a0%."))
        return points


class SimulationForm(forms.Form):
    """Another rate, another split, more merchants; a form of an address, not of an act."""

    rate_bp = _WholeField(label=_("Part du montant hors taxe"), error_messages=_RATE)
    aep_bp = _WholeField(label=_("Part pour le fonctionnement (AEP)"), error_messages=_RATE)
    merchants = forms.IntegerField(
        label=_("Commerçants de plus"),
        min_value=0,
        max_value=MOST_MERCHANTS,
        error_messages={
            "required": _COUNT,
            "invalid": _COUNT,
            "min_value": _COUNT,
            "max_value": _COUNT,
        },
    )

    use_required_attribute = False


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": _("Choisissez un jour."),
            "invalid": _("Écrivez un jour, par exemple 25/11/2026."),
        },
    )


class RangeForm(ActionForm[Statement]):
    """The days that a statement is about."""

    first_day = _day(_("Du"))
    last_day = _day(_("Au"))

    def perform(  # type: ignore[override]
        self, *, council: Council, by: User, at: dt.datetime
    ) -> Statement:
        """Make it; its file follows."""
        actor = actor_of(by, schema_name=schema.current(), role=rules.TREASURER)
        with schema.in_public():
            return make_statement(council=council, by=actor, at=at, **self.cleaned_data)
