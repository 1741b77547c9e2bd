"""Forms of the public site."""

from typing import Any

from celery.exceptions import OperationalError
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import normal_email
from saas.kernel.errors import Refused
from saas.kernel.forms import ActionForm, PercentField
from saas.kernel.money import BASIS
from saas.kernel.secrets import tokens
from saas.kernel.tasks import send
from saas.kernel.web import rate_limit
from saas.site import tasks

MOST_PEOPLE, MOST_MERCHANTS, MOST_DAYS = 100_000, 200, 31
_HOUR = 3600
_REQUESTS_FOR_AN_ADDRESS = 4
# On a space's launch day, its whole office sends requests from the same address.
_REQUESTS_OF_A_NETWORK = 600


class FindForm(ActionForm[bool]):
    """A work address that asks where its spaces are."""

    email = forms.EmailField(
        label=_("Votre adresse de travail"),
        max_length=254,
        error_messages={
            "required": _("Écrivez votre adresse de travail."),
            "invalid": _("Cette adresse n’est pas complète : vérifiez-la."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs.update({"autocomplete": "email", "inputmode": "email"})

    def perform(self, *, language: str, network: str) -> bool:  # type: ignore[override]
        """Have the links mailed; whether there are any is told to the mailbox only."""
        address = normal_email(self.cleaned_data["email"])
        for name, key, most in (
            ("find", tokens.hashed(f"{address}:{network}"), _REQUESTS_FOR_AN_ADDRESS),
            ("find_network", tokens.hashed(network), _REQUESTS_OF_A_NETWORK),
        ):
            rate_limit.check(
                name, key, most=most, per_seconds=_HOUR, when_silent=rate_limit.Silent.REFUSE
            )
        # Mailed, strangers would flood the address; refused, they would shut its owner out.
        mailed = {"most": _REQUESTS_FOR_AN_ADDRESS, "per_seconds": _HOUR}
        if not rate_limit.is_within("find_mailed", tokens.hashed(address), **mailed):
            return True
        try:
            send(tasks.mail_spaces, address, language)
        except OperationalError as error:
            raise Refused(
                gettext("L’envoi n’a pas pu partir. Réessayez dans une minute.")
            ) from error
        return True


def _count(label: Any, sentence: Any, most: int) -> forms.IntegerField:
    codes = ("required", "invalid", "min_value", "max_value")
    return forms.IntegerField(
        label=label, min_value=1, max_value=most, error_messages=dict.fromkeys(codes, sentence)
    )


class SimulatorForm(forms.Form):
    """Imagined workplace and its merchants; the form is submitted by GET."""

    heads = _count(_("Membres actifs"), _("De 1 à 100\u202f000 membres."), MOST_PEOPLE)
    merchants = _count(_("Commerçants qui annoncent"), _("De 1 à 200 commerçants."), MOST_MERCHANTS)
    days = _count(_("Jours d’annonce par mois"), _("De 1 à 31 jours par mois."), MOST_DAYS)
    rate_bp = PercentField(
        label=_("Part du montant hors taxe"),
        error_messages={"required": _("Écrivez un taux, par exemple 40 ou 12,5.")},
    )

    use_required_attribute = False

    def clean_rate_bp(self) -> int:
        """Refuse more than all of it."""
        points: int = self.cleaned_data["rate_bp"]
        if points > BASIS:
            raise forms.ValidationError(gettext("Le taux va de 0 à 100\u00a0%."))
        return points
