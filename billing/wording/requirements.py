"""Stripe's requirements of a council's account, in a treasurer's words."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from billing.wording.reasons import Sentences

type Requirements = Iterable[dict[str, str]]

_UNREADABLE = later("le document est illisible")
_OTHER_NAME = later("le document porte un autre nom")
_OTHER_NUMBER = later("le document porte un autre numéro")
_OTHER_ADDRESS = later("le document porte une autre adresse")
_OTHER_PEOPLE = later("les dirigeants nommés ne sont pas ceux du document")
# Stripe's codes of an entry's errors, in its API of the second generation.
REASONS: Sentences = {
    "invalid_address_city_state_postal_code": later(
        "la ville et le code postal ne vont pas ensemble"
    ),
    "invalid_dob_age_under_18": later("la personne doit avoir dix-huit ans"),
    "invalid_street_address": later("la rue est introuvable"),
    "invalid_tax_id": later("ce numéro n’est pas connu"),
    "invalid_tax_id_format": later("ce numéro est mal formé"),
    "verification_directors_mismatch": _OTHER_PEOPLE,
    "verification_document_address_mismatch": _OTHER_ADDRESS,
    "verification_document_address_missing": later("le document ne porte pas d’adresse"),
    "verification_document_corrupt": _UNREADABLE,
    "verification_document_country_not_supported": later(
        "les documents de ce pays ne sont pas acceptés"
    ),
    "verification_document_directors_mismatch": _OTHER_PEOPLE,
    "verification_document_dob_mismatch": later("le document porte une autre date de naissance"),
    "verification_document_duplicate_type": later("le même document a été donné deux fois"),
    "verification_document_expired": later("le document n’est plus valable"),
    "verification_document_failed_copy": later(
        "une copie n’est pas acceptée\u00a0: l’original est demandé"
    ),
    "verification_document_failed_greyscale": later("le document doit être en couleurs"),
    "verification_document_id_number_mismatch": _OTHER_NUMBER,
    "verification_document_id_number_missing": later("le document ne porte pas de numéro"),
    "verification_document_incomplete": later("le document est incomplet"),
    "verification_document_missing_back": later("le verso manque"),
    "verification_document_missing_front": later("le recto manque"),
    "verification_document_name_mismatch": _OTHER_NAME,
    "verification_document_name_missing": later("le document ne porte pas de nom"),
    "verification_document_not_readable": _UNREADABLE,
    "verification_document_not_signed": later("le document n’est pas signé"),
    "verification_document_too_large": later("le fichier est trop lourd"),
    "verification_document_type_not_supported": later("ce genre de document n’est pas accepté"),
    "verification_failed_address_match": later("l’adresse n’est pas celle des registres"),
    "verification_failed_id_number_match": later("le numéro n’est pas celui des registres"),
    "verification_failed_name_match": later("le nom n’est pas celui des registres"),
    "verification_failed_tax_id_match": later("le numéro n’est pas celui des registres"),
}
REASONS_OF_A_KIND: Sentences = {
    "verification_document_": later("le document n’a pas été accepté"),
    "verification_": later("Stripe n’a pas pu le vérifier"),
    "invalid_": later("ce qui a été donné n’est pas valable"),
}


def in_words(requirements: Requirements | None) -> list[str]:
    """Return the requirements as texts without duplicates, in Stripe's order.

    A rejected answer has its reason in brackets, to avoid an unchanged second answer.
    """
    found: dict[str, str] = {}
    for one in requirements or []:
        words = _words(one.get("what", ""))
        found[words] = found.get(words) or _reason(one.get("why", ""))
    return [f"{words} ({reason})" if reason else words for words, reason in found.items()]


def _reason(code: str) -> str:
    """Return why a requirement was rejected: the text of its code, or of its kind."""
    if code in REASONS:
        return str(REASONS[code])
    found = (words for kind, words in REASONS_OF_A_KIND.items() if code.startswith(kind))
    return str(next(found, ""))


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
