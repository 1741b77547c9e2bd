"""What Stripe asks of a council's account, in a treasurer's words."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

type Asked = Iterable[dict[str, str]]


def in_words(asked: Asked | None) -> list[str]:
    """Name what is asked, each thing once, in the order in which Stripe names it."""
    words = (_words(one.get("what", "")) for one in asked or [])
    return list(dict.fromkeys(words))


def _words(what: str) -> str:
    known = {
        "identity.attestations": _("l’accord aux conditions de Stripe"),
        "identity.business_details.address": _("l’adresse du CSE"),
        "identity.business_details.documents": _("un justificatif de l’existence du CSE"),
        "identity.business_details.id_numbers": _("le SIREN du CSE"),
        "identity.business_details.phone": _("le téléphone du CSE"),
        "identity.business_details.registered_name": _("le nom officiel du CSE"),
        "identity.business_details.structure": _("la forme du CSE"),
        "identity.business_details": _("des informations sur le CSE"),
        "identity.country": _("le pays du CSE"),
        "identity.entity_type": _("la forme du CSE"),
        "identity.individual": _("l’identité du représentant"),
        "relationship.representative": _("l’identité du représentant"),
        "relationship": _("l’identité des dirigeants du CSE"),
        "configuration.recipient.default_outbound_destination": _("le RIB du CSE"),
        "contact_email": _("l’adresse e-mail du CSE"),
        "contact_phone": _("le téléphone du CSE"),
        "defaults.profile": _("l’activité et le site du CSE"),
    }
    found = (words for name, words in known.items() if what.startswith(name))
    return next(found, _unknown(what))


def _unknown(what: str) -> str:
    if not what:
        return _("une information de plus")
    return _("une information de plus («\u00a0%(what)s\u00a0»)") % {"what": what}
