"""Texts about a domain claimed by a space."""

from django.utils.translation import gettext as _

from tenants.spaces.rules.addresses import ABSENT, OTHER, TAKEN, UNREACHABLE


def why_unproven(failure: str) -> str:
    """Return the sentence for the result of the last check."""
    return {
        ABSENT: _("L’enregistrement n’est pas encore visible dans le DNS."),
        OTHER: _("Un enregistrement existe, mais sa valeur n’est pas celle de cet espace."),
        UNREACHABLE: _("Nous n’avons pas pu interroger le DNS : rien n’est ni prouvé, ni perdu."),
        TAKEN: _("Ce nom de domaine est déjà celui d’un autre espace."),
    }.get(failure, "")
