"""Why a bank or Stripe refused, in a sentence for each code that Stripe documents.

The codes are those of Stripe's pages on payout failures, decline codes, failed SEPA debits, failed
refunds and error codes. A code missing from them is shown as it is: better than no reason.
"""

import re
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from saas.kernel.display.writing import eur

type Sentences = Mapping[str, str | Promise]

_NUMBER_IS_WRONG = later("Le numéro du compte n’est pas bon.")
_ACCOUNT_CLOSED = later("Le compte bancaire est fermé.")
_ACCOUNT_FROZEN = later("Le compte bancaire est bloqué.")
_ACCOUNT_NOT_FOUND = later("La banque ne trouve pas ce compte\u00a0: vérifiez l’IBAN.")
_BANK_SAYS_NO = later("La banque a refusé sans dire pourquoi.")
_BANK_COULD_NOT = later("La banque n’a pas pu traiter l’opération.")

PAYOUTS: Sentences = {
    "account_closed": _ACCOUNT_CLOSED,
    "account_frozen": _ACCOUNT_FROZEN,
    "bank_account_restricted": later("Le compte bancaire ne reçoit pas ce genre de virement."),
    "bank_ownership_changed": later("Le compte bancaire a changé de titulaire ou de banque."),
    "could_not_process": _BANK_COULD_NOT,
    "debit_not_authorized": later("La banque n’autorise pas de prélèvement sur ce compte."),
    "declined": _BANK_SAYS_NO,
    "incorrect_account_holder_address": later("L’adresse du titulaire n’est pas celle du compte."),
    "incorrect_account_holder_name": later("Le nom du titulaire n’est pas celui du compte."),
    "incorrect_account_holder_tax_id": later(
        "L’identifiant fiscal du titulaire n’est pas celui du compte."
    ),
    "insufficient_funds": later("Le solde chez Stripe ne suffisait plus."),
    "invalid_account_number": _NUMBER_IS_WRONG,
    "invalid_currency": later("Le compte bancaire ne reçoit pas d’euros."),
    "no_account": _ACCOUNT_NOT_FOUND,
    "unsupported_card": later("Cette carte ne peut pas recevoir de virement."),
}

REFUNDS: Sentences = {
    "charge_for_pending_refund_disputed": later(
        "Entre-temps, le paiement a été contesté auprès de la banque."
    ),
    "declined": _BANK_SAYS_NO,
    "expired_or_canceled_card": later("La carte a expiré ou a été annulée."),
    "insufficient_funds": later("Notre solde chez Stripe ne suffisait pas."),
    "waits_for_funds": later("Notre solde chez Stripe ne suffit pas encore."),
    "lost_or_stolen_card": later("La carte a été déclarée perdue ou volée."),
    "merchant_request": later("Le remboursement a été annulé à notre demande."),
    "unknown": _BANK_SAYS_NO,
    "charge_already_refunded": later("Tout avait déjà été rendu."),
    "charge_disputed": later("Le paiement est contesté auprès de la banque."),
}

# Codes that a thief should not read, or that a bank does not explain, become a plain refusal.
_ASK_THE_BANK = later("La banque a refusé cette carte sans dire pourquoi\u00a0: appelez-la.")
_OTHER_CARD = later("Cette carte ne peut pas payer ceci\u00a0: prenez-en une autre.")
_TRY_AGAIN = later("La banque n’a pas pu répondre\u00a0: essayez encore dans quelques minutes.")
_TOO_MUCH = later("Le plafond de la carte est atteint.")
_WITH_CODE = later("La banque veut votre code ou votre accord\u00a0: essayez encore et validez.")
_WRONG_NUMBER = later("Le numéro de la carte n’est pas bon.")
_WRONG_CVC = later("Le cryptogramme de la carte n’est pas bon.")
_WRONG_EXPIRY = later("La date d’expiration de la carte n’est pas bonne.")
_WRONG_ADDRESS = later("L’adresse n’est pas celle que la banque connaît.")
_WRONG_PIN = later("Le code de la carte n’est pas bon.")
_NO_MORE = later("Vous avez demandé à votre banque de ne plus accepter ces paiements.")
_NO_FUNDS = later("Le compte n’est pas assez approvisionné.")
_NO_MANDATE = later("La banque n’accepte pas de prélèvement de notre part sur ce compte.")
_NO_DEBITS = later("Ce compte bancaire n’accepte pas de prélèvement.")

PAYMENTS: Sentences = {
    **dict.fromkeys(
        (
            *("approve_with_id", "call_issuer", "card_declined", "do_not_honor"),
            *("do_not_try_again", "fraudulent", "generic_decline", "lost_card"),
            *("merchant_blacklist", "no_action_taken", "pickup_card", "restricted_card"),
            *("security_violation", "stolen_card"),
        ),
        _ASK_THE_BANK,
    ),
    **dict.fromkeys(
        (
            *("card_not_supported", "invalid_account", "new_account_information_available"),
            *("not_permitted", "service_not_allowed", "testmode_decline"),
            *("transaction_not_allowed",),
        ),
        _OTHER_CARD,
    ),
    **dict.fromkeys(
        (
            *("issuer_not_available", "processing_error", "reenter_transaction"),
            *("try_again_later", "payment_method_provider_timeout"),
        ),
        _TRY_AGAIN,
    ),
    **dict.fromkeys(
        (
            *("authentication_not_handled", "authentication_required"),
            *("mobile_device_authentication_required", "payment_intent_authentication_failure"),
            *("offline_pin_required", "online_or_offline_pin_required"),
        ),
        _WITH_CODE,
    ),
    **dict.fromkeys(("card_velocity_exceeded", "withdrawal_count_limit_exceeded"), _TOO_MUCH),
    **dict.fromkeys(("incorrect_number", "invalid_number"), _WRONG_NUMBER),
    **dict.fromkeys(("incorrect_cvc", "invalid_cvc"), _WRONG_CVC),
    **dict.fromkeys(("invalid_expiry_month", "invalid_expiry_year"), _WRONG_EXPIRY),
    **dict.fromkeys(("incorrect_address", "incorrect_zip"), _WRONG_ADDRESS),
    **dict.fromkeys(("incorrect_pin", "invalid_pin"), _WRONG_PIN),
    **dict.fromkeys(
        ("revocation_of_all_authorizations", "revocation_of_authorization", "stop_payment_order"),
        _NO_MORE,
    ),
    **dict.fromkeys(("account_closed", "payment_method_bank_account_closed"), _ACCOUNT_CLOSED),
    **dict.fromkeys(("no_account", "bank_account_unusable"), _ACCOUNT_NOT_FOUND),
    **dict.fromkeys(("account_number_invalid", "invalid_account_number"), _NUMBER_IS_WRONG),
    **dict.fromkeys(
        ("bank_account_declined", "payment_method_provider_decline", "refer_to_customer"),
        _BANK_SAYS_NO,
    ),
    **dict.fromkeys(
        ("could_not_process", "payment_intent_payment_attempt_failed"), _BANK_COULD_NOT
    ),
    **dict.fromkeys(
        ("debit_not_authorized", "payment_intent_mandate_invalid", "debit_disputed"), _NO_MANDATE
    ),
    "account_frozen": _ACCOUNT_FROZEN,
    "bank_account_restricted": _NO_DEBITS,
    "currency_not_supported": later("Cette carte ne paie pas en euros\u00a0: prenez-en une autre."),
    "duplicate_transaction": later(
        "Un paiement du même montant vient d’être fait avec cette carte\u00a0: voyez s’il a réussi."
    ),
    "expired_card": later("La carte a expiré."),
    "insufficient_funds": _NO_FUNDS,
    "invalid_amount": later("La banque n’accepte pas ce montant."),
    "pin_try_exceeded": later("Le code a été faux trop de fois."),
    "payment_intent_payment_attempt_expired": later("Le délai pour payer est passé."),
}

TRANSFERS: Sentences = {
    "account_closed": later("Le compte du CSE chez Stripe est fermé."),
    "account_invalid": later("Stripe ne connaît pas le compte du CSE, ou n’y a plus accès."),
    "balance_insufficient": later("Notre solde chez Stripe ne suffit pas encore."),
    "insufficient_capabilities_for_transfer": later(
        "Le compte du CSE ne peut pas recevoir d’argent pour le moment."
    ),
    "let_go": later("Un opérateur l’a abandonné, et Stripe n’en avait rien."),
    "resource_missing": later("Stripe ne connaît pas le compte du CSE, ou n’y a plus accès."),
}

REVERSALS: Sentences = {
    **TRANSFERS,
    "balance_insufficient": later("Le solde du CSE chez Stripe ne suffit pas."),
}

# These are named within a line, beside a dispute's number and day.
DISPUTES: Sentences = {
    "bank_cannot_process": later("refus de la banque"),
    "check_returned": later("paiement retourné"),
    "credit_not_processed": later("remboursement attendu"),
    "customer_initiated": later("demande du client"),
    "debit_not_authorized": later("prélèvement non autorisé"),
    "duplicate": later("paiement en double"),
    "fraudulent": later("paiement dit frauduleux"),
    "general": later("sans précision"),
    "incorrect_account_details": later("coordonnées bancaires fausses"),
    "insufficient_funds": later("provision insuffisante"),
    "noncompliant": later("règles du réseau"),
    "product_not_received": later("prestation non reçue"),
    "product_unacceptable": later("prestation non conforme"),
    "subscription_canceled": later("abonnement déjà résilié"),
    "unrecognized": later("paiement non reconnu"),
}


# Failures without an error from Stripe, and other failures of our own jobs.
_FAILURES: Sentences = {
    "no_answer": later("Stripe n’a pas répondu."),
    "unreadable": later("Stripe a répondu, mais rien de lisible."),
    "killed": later("Le travail a été interrompu."),
    "never finished": later("Aucun essai n’est arrivé à son terme."),
    "made by us, not written down yet": later("C’est à nous, mais nos livres n’en ont rien."),
}

# Stripe's errors without a code, by their text.
_WITHOUT_CODE: Sentences = {
    r".*must not exceed the source amount.*": later(
        "D’autres virements sont déjà partis de ce paiement\u00a0: Stripe n’en laisse pas sortir "
        "davantage, et la part reste due. Cherchez chez Stripe celui qui n’est pas le nôtre, "
        "reprenez-le, puis réessayez."
    ),
}

# Mismatches between a session and its order, by the text of `checks.mismatch`.
_MISMATCHES: Sentences = {
    r"currency (?P<currency>\w+)": later(
        "Payé dans une autre monnaie que l’euro (%(currency)s)\u00a0: remboursez-le chez Stripe."
    ),
    r"livemode \w+": later(
        "L’autre mode de Stripe\u00a0: un essai parmi les vrais paiements, ou l’inverse."
    ),
    r"order (?P<order>.*)": later(
        "Stripe dit que ce paiement est d’une autre commande («\u00a0%(order)s\u00a0»)."
    ),
    r"amount (?P<said_cents>-?\d+), not (?P<asked_cents>-?\d+)": later(
        "Stripe dit %(said_cents)s, alors que la commande demande %(asked_cents)s."
    ),
}

# Stripe's codes of errors that a payment page, a customer or an account can meet.
_ADDRESS = later("L’adresse de facturation n’est pas complète, ou n’est pas bonne.")
_WORDS = later(
    "Stripe n’accepte pas notre demande. Écrivez-nous\u00a0: ce n’est pas de votre fait."
)
CALLS: Sentences = {
    "no_configuration": later(
        "La page de Stripe où l’on change de moyen de paiement ne s’ouvre pas pour le moment. Nous "
        "en sommes avertis\u202f; votre moyen de paiement actuel reste valable. Réessayez plus "
        "tard, ou écrivez-nous."
    ),
    "amount_too_small": later("Le montant est plus petit que ce que Stripe accepte."),
    "amount_too_large": later("Le montant est plus grand que ce que Stripe accepte."),
    "email_invalid": later("L’adresse e-mail de facturation n’est pas bonne."),
    "invalid_tax_id": later("Le numéro de TVA n’est pas bon."),
    "tax_id_invalid": later("Le numéro de TVA n’est pas bon."),
    "postal_code_invalid": later("Le code postal n’est pas bon."),
    "customer_max_payment_methods": later("Il y a trop de cartes et de comptes gardés."),
    "customer_tax_location_invalid": _ADDRESS,
    "country_unsupported": later("Stripe ne travaille pas encore dans ce pays."),
    "country_code_invalid": _ADDRESS,
    "account_closed": later("Ce compte est fermé chez Stripe."),
    "account_invalid": later("Stripe ne connaît plus ce compte."),
    "resource_missing": later("Stripe ne connaît plus ce dont il s’agit."),
    "rate_limit": later("Trop de demandes à la fois."),
    "idempotency_error": _WORDS,
    **dict.fromkeys(
        (
            *("invalid_request_error", "parameter_invalid_empty", "parameter_invalid_integer"),
            *("parameter_invalid_string_blank", "parameter_invalid_string_empty"),
            *("parameter_missing", "parameter_unknown", "parameters_exclusive", "url_invalid"),
        ),
        _WORDS,
    ),
}


# Reasons that a merchant can correct: all others are ours to correct.
_OF_THE_PAYER = frozenset({
    *("email_invalid", "invalid_tax_id", "tax_id_invalid", "postal_code_invalid"),
    *("customer_tax_location_invalid", "country_code_invalid"),
})  # fmt: skip


def is_of_the_payer(code: str) -> bool:
    """Return True if a merchant can mend a refused call on their own page."""
    return code in _OF_THE_PAYER


def in_words(code: str, sentences: Sentences) -> str:
    """Return the sentence of a code; the code itself if it has no sentence; empty for no code."""
    if not code:
        return ""
    if code in sentences:
        return str(sentences[code])
    return _("Raison donnée par Stripe\u00a0: «\u00a0%(code)s\u00a0».") % {"code": code.rstrip(".")}


def of_failure(failure: str) -> str:
    """Return why our work failed, from the stored text: Stripe's words, perhaps after a status."""
    status, _space, words = failure.partition(" ")
    reason = words if status.isdecimal() else failure
    for found, sentence in _WITHOUT_CODE.items():
        if re.fullmatch(found, reason, re.DOTALL):
            return str(sentence)
    return str(_FAILURES.get(reason, failure))


def of_mismatch(problem: str) -> str:
    """Return how a payment differs from its order; `problem` comes from `checks.mismatch`."""
    for found, sentence in _MISMATCHES.items():
        if match := re.fullmatch(found, problem):
            values = {name: _shown(name, value) for name, value in match.groupdict().items()}
            return str(sentence) % values
    return problem


def _shown(name: str, value: str) -> str:
    return eur(int(value)) if name.endswith("cents") else value


def of_dispute(reason: str) -> str:
    """Return why a bank contests a payment; a reason without a text is shown as its code."""
    if reason in DISPUTES:
        return str(DISPUTES[reason])
    return _("autre raison («\u00a0%(code)s\u00a0»)") % {"code": reason or "?"}
