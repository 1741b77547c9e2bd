"""Words of the pages, in French and in English."""

import datetime as dt
from typing import Any

from infra.stripe_simulator.pages.board_words import BOARD

MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "en": "January February March April May June July August September October November December",
}

WORDS: dict[str, tuple[str, str]] = {
    "banner": (
        "Simulateur\u00a0: aucun argent ne circule, aucune carte n’est débitée.",
        "Simulator: no money moves, no card is charged.",
    ),
    "pay_title": ("Paiement", "Payment"),
    "total": ("Total à payer", "Total due"),
    "quantity": ("Quantité\u00a0: {n}", "Quantity: {n}"),
    "taxes": ("TVA comprise", "VAT included"),
    "contact": ("Vos coordonnées", "Your details"),
    "email": ("E-mail", "Email"),
    "name": ("Nom sur la carte", "Name on card"),
    "card": ("Carte de test", "Test card"),
    "card_hint": (
        "Choisissez comment la banque répondra. Date et code sont remplis pour vous.",
        "Choose how the bank will answer. Date and code are filled in for you.",
    ),
    "card_paid": ("Le paiement réussit", "The payment succeeds"),
    "card_declined": ("La banque refuse la carte", "The bank declines the card"),
    "card_funds": ("Provision insuffisante", "Insufficient funds"),
    "card_secure": (
        "La banque demande une vérification (3-D Secure)",
        "The bank asks for a check (3-D Secure)",
    ),
    "card_later": (
        "La carte passe maintenant et sera refusée aux échéances suivantes",
        "The card works now and is declined at later renewals",
    ),
    "card_kept": ("La carte fonctionne", "The card works"),
    "debit": ("Prélèvement SEPA de test", "Test SEPA debit"),
    "choice_sepa_debit": ("Le prélèvement réussit", "The debit succeeds"),
    "hint_sepa_debit": (
        "La banque répond après cinq jours ouvrés\u00a0; l’IBAN ci-dessous décide de l’issue.",
        "The bank answers after five working days; the IBAN below decides how it ends.",
    ),
    "choice_sepa_debit_fails": ("Le prélèvement échoue", "The debit fails"),
    "hint_sepa_debit_fails": (
        "La banque répond après cinq jours ouvrés que le compte n’existe pas.",
        "The bank answers after five working days that there is no such account.",
    ),
    "choice_sepa_debit_sent_back": (
        "Le prélèvement réussit, puis la banque le reprend",
        "The debit succeeds, then the bank takes it back",
    ),
    "hint_sepa_debit_sent_back": (
        "Dix jours après la réussite, le client fait annuler le prélèvement.",
        "Ten days after it succeeded, the customer has the debit cancelled.",
    ),
    "iban": ("IBAN", "IBAN"),
    "iban_hint": (
        "Un IBAN de test, déjà rempli. N’écrivez pas le vôtre.",
        "A test IBAN, filled in for you. Do not write your own.",
    ),
    "iban_wrong": ("Cet IBAN n’existe pas", "This IBAN does not exist"),
    "iban_again": (
        "Rien n’a été débité. Corrigez-le et réessayez.",
        "Nothing was charged. Correct it and try again.",
    ),
    "pay": ("Payer {amount}", "Pay {amount}"),
    "subscribe": ("S’abonner et payer {amount}", "Subscribe and pay {amount}"),
    "keep": ("Enregistrer ce moyen de paiement", "Save this payment method"),
    "keep_only": (
        "Rien n’est débité maintenant\u00a0: ce moyen de paiement servira plus tard.",
        "Nothing is charged now: this payment method is for later.",
    ),
    "kept_title": ("Le moyen de paiement est enregistré", "The payment method is saved"),
    "kept_text": ("Il n’y a plus rien à faire ici.", "There is nothing left to do here."),
    "total_today": ("À payer aujourd’hui", "Due today"),
    "renewal_hint": (
        "Le même montant sera prélevé à chaque échéance, jusqu’à ce que vous arrêtiez.",
        "The same amount is charged at each renewal, until you stop.",
    ),
    "each_day": ("par jour", "a day"),
    "each_week": ("par semaine", "a week"),
    "each_month": ("par mois", "a month"),
    "each_year": ("par an", "a year"),
    "every_day": ("tous les {n} jours", "every {n} days"),
    "every_week": ("toutes les {n} semaines", "every {n} weeks"),
    "every_month": ("tous les {n} mois", "every {n} months"),
    "every_year": ("tous les {n} ans", "every {n} years"),
    "debit_title": ("Le prélèvement est en route", "The debit is on its way"),
    "debit_text": (
        "{amount} seront prélevés\u00a0; votre banque répond sous cinq jours ouvrés environ.",
        "{amount} will be debited; your bank answers within about five working days.",
    ),
    "cancel": ("Annuler et revenir au site", "Cancel and go back to the site"),
    "refused": ("Le paiement a été refusé", "The payment was declined"),
    "refused_next": (
        "Rien n’a été débité. Choisissez une autre carte et réessayez.",
        "Nothing was charged. Choose another card and try again.",
    ),
    "why_generic_decline": ("La carte a été refusée.", "Your card was declined."),
    "why_insufficient_funds": (
        "La provision de la carte est insuffisante.",
        "Your card has insufficient funds.",
    ),
    "why_no_account": ("Le compte bancaire n’existe pas.", "The bank account does not exist."),
    "why_authentication": (
        "La vérification demandée par la banque a échoué.",
        "The check that the bank asked for failed.",
    ),
    "paid_title": ("Ce paiement est déjà fait", "This payment is already done"),
    "paid_text": (
        "{amount} ont été payés une seule fois. Il n’y a plus rien à faire ici.",
        "{amount} was paid, once. There is nothing left to do here.",
    ),
    "portal_title": ("Abonnements et factures", "Subscriptions and invoices"),
    "subscriptions": ("Ce qui est en cours", "What is running"),
    "no_subscription": ("Aucun abonnement en cours.", "No subscription is running."),
    "subscription_active": ("Prochaine échéance le {day}", "Renews on {day}"),
    "subscription_past_due": (
        "Un paiement a échoué\u00a0; prochaine échéance le {day}",
        "A payment failed; renews on {day}",
    ),
    "subscription_unpaid": (
        "Suspendu\u00a0: un paiement manque. Échéance le {day}",
        "On hold: a payment is missing. Renewal on {day}",
    ),
    "subscription_ends": ("S’arrête le {day}", "Ends on {day}"),
    "act_stop": ("Arrêter à la prochaine échéance", "Stop at the next renewal"),
    "act_go_on": ("Continuer l’abonnement", "Keep the subscription"),
    "act_pay": ("Payer maintenant", "Pay now"),
    "means": ("Moyen de paiement", "Payment method"),
    "no_means": ("Aucun moyen de paiement enregistré.", "No payment method is saved."),
    "invoices": ("Factures", "Invoices"),
    "invoice_under_way": ("prélèvement en route", "debit on its way"),
    "invoice_open": ("à payer", "due"),
    "invoice_paid": ("payée", "paid"),
    "invoice_void": ("annulée", "void"),
    "invoice_uncollectible": ("abandonnée", "written off"),
    "visit_over": ("Cette visite est terminée", "This visit is over"),
    "visit_over_text": (
        "Revenez au site pour ouvrir à nouveau vos abonnements.",
        "Go back to the site to open your subscriptions again.",
    ),
    "invoice_title": ("Facture {number}", "Invoice {number}"),
    "invoice_note": (
        "Ce papier de Stripe accompagne le paiement\u00a0; la facture du vendeur fait foi.",
        "This paper of Stripe’s goes with the payment; the seller’s invoice is the legal one.",
    ),
    "back": ("Revenir au site", "Back to the site"),
    "expired_title": ("Cette page de paiement a expiré", "This payment page has expired"),
    "expired_text": (
        "Rien n’a été débité. Revenez au site pour ouvrir une nouvelle page de paiement.",
        "Nothing was charged. Go back to the site to open a new payment page.",
    ),
    "secure_title": ("Vérification de votre banque", "Your bank’s check"),
    "secure_text": (
        "Votre banque veut savoir si ce paiement de {amount} est bien de vous.",
        "Your bank wants to know whether this payment of {amount} is really yours.",
    ),
    "secure_passed": ("Oui, je confirme le paiement", "Yes, I confirm the payment"),
    "secure_failed": ("Non, la vérification échoue", "No, the check fails"),
    "continue": ("Continuer", "Continue"),
    "done_title": ("C’est noté", "Noted"),
    "done_text": ("Vous pouvez fermer cette page.", "You can close this page."),
    "missing_title": ("Cette page n’existe pas", "This page does not exist"),
    "missing_text": (
        "L’adresse est incomplète, ou le simulateur a été remis à zéro.",
        "The address is incomplete, or the simulator has been reset.",
    ),
    "board_title": (
        "Recevoir les versements du partenaire",
        "Receive payments from the partner",
    ),
    "board_text": (
        "Ni identité, ni statuts, ni IBAN\u00a0: choisissez seulement comment cela se termine.",
        "No identity, no statutes, no IBAN: only choose how it ends.",
    ),
    "board_for": ("Compte de", "Account of"),
    "board_complete": ("Tout est rempli et accepté", "All is filled in and accepted"),
    "board_complete_hint": (
        "Le compte peut recevoir des versements.",
        "The account can receive payments.",
    ),
    "board_unfinished": ("S’arrêter en chemin", "Stop half-way"),
    "board_unfinished_hint": (
        "Rien ne change\u00a0; il faudra un nouveau lien.",
        "Nothing changes; a new link will be needed.",
    ),
    "board_restricted": ("Une pièce manque", "A document is missing"),
    "board_restricted_hint": (
        "Le compte est restreint jusqu’à sa réception.",
        "The account is restricted until it arrives.",
    ),
    "board_rejected": ("Le compte est refusé", "The account is rejected"),
    "board_rejected_hint": (
        "Il ne pourra rien recevoir.",
        "It will not be able to receive anything.",
    ),
    "board_send": ("Terminer et revenir au site", "Finish and go back to the site"),
    "outcome": ("Issue", "Outcome"),
    "dashboard": ("Tableau de bord", "Dashboard"),
    "balance": ("Solde", "Balance"),
    "available": ("disponible", "available"),
    "pending": ("en attente", "pending"),
    "clock": ("Heure du simulateur", "Simulator’s time"),
    "payments": ("Paiements", "Payments"),
    "transfers": ("Versements", "Transfers"),
    "accounts": ("Comptes", "Accounts"),
    "events": ("Événements", "Events"),
    "deliveries": ("Webhooks envoyés", "Webhook deliveries"),
    "nothing": ("Rien pour l’instant.", "Nothing yet."),
    "amount": ("Montant", "Amount"),
    "state": ("État", "State"),
    "when": ("Date", "Date"),
    "object": ("Objet", "Object"),
    "to": ("Vers", "To"),
    "type": ("Type", "Type"),
    "attempts": ("Essais", "Attempts"),
    "answer": ("Réponse", "Answer"),
    "description": ("Description", "Description"),
    "refunded": ("Remboursé", "Refunded"),
    "reversed": ("Repris", "Reversed"),
    "group": ("Groupe", "Group"),
    "waiting": ("À livrer", "To deliver"),
    "express_title": ("Votre compte de versement", "Your payment account"),
    "receipt_title": ("Reçu", "Receipt"),
}

WORDS |= BOARD


class Speaker:
    """A source of texts in either of the two languages."""

    def __init__(self, language: str) -> None:
        self.language = "en" if language.startswith("en") else "fr"

    def say(self, key: str, **values: str | int) -> str:
        """Give a sentence in this language."""
        french, english = WORDS[key]
        sentence = english if self.language == "en" else french
        return sentence.format(**values) if values else sentence

    def rhythm(self, recurring: dict[str, Any] | None) -> str:
        """Return the rhythm of a payment, or an empty text for a single payment."""
        if recurring is None:
            return ""
        count, interval = recurring["interval_count"], recurring["interval"]
        return self.say(f"{'each' if count == 1 else 'every'}_{interval}", n=count)

    def day(self, moment: int) -> str:
        """Write a date the way this language does."""
        day = dt.datetime.fromtimestamp(moment, dt.UTC)
        month = MONTHS[self.language].split()[day.month - 1]
        first = "1er" if day.day == 1 and self.language == "fr" else str(day.day)
        return f"{first} {month} {day.year}"

    def money(self, cents: int, currency: str) -> str:
        """Write an amount the way this language does."""
        sign = "−" if cents < 0 else ""
        whole, rest = divmod(abs(cents), 100)
        symbol = {"eur": "€", "usd": "$", "gbp": "£"}.get(currency, currency.upper())
        if self.language == "en":
            return f"{sign}{symbol}{whole:,}.{rest:02}"
        grouped = f"{whole:,}".replace(",", "\u202f")
        return f"{sign}{grouped},{rest:02}\u00a0{symbol}"


def language_of(locale: str | None, accepted: str) -> str:
    """Return the language: the requested language, else the browser's, else French."""
    if locale and locale != "auto":
        return "en" if locale.startswith("en") else "fr"
    first = accepted.partition(",")[0].strip().lower()
    return "en" if first and not first.startswith("fr") and first != "*" else "fr"
