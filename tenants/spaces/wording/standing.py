"""Sentences about the proof of a space."""

from django.utils.translation import gettext as _

from tenants.spaces.rules import standing as rules


def why_unproven(failure: str) -> str:
    """Return the fault in the DNS as text; empty before the first check."""
    return {
        "": "",
        rules.ABSENT: _("L’enregistrement n’est pas encore visible dans le DNS."),
        rules.OTHER: _("Le DNS porte une autre valeur\u00a0: recopiez celle d’ici."),
        rules.UNREACHABLE: _("Le DNS n’a pas répondu\u00a0: nous redemanderons."),
        rules.NO_DOMAIN: _(
            "Votre espace n’a pas de domaine e-mail\u00a0: prouvez-en un d’abord, ou demandez un "
            "courrier ou un appel."
        ),
    }.get(failure, "")
