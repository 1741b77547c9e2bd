"""What stands on the pages, in French and in English."""

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
    "pay": ("Payer {amount}", "Pay {amount}"),
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
    "why_authentication": (
        "La vérification demandée par la banque a échoué.",
        "The check that the bank asked for failed.",
    ),
    "paid_title": ("Ce paiement est déjà fait", "This payment is already done"),
    "paid_text": (
        "{amount} ont été payés une seule fois. Il n’y a plus rien à faire ici.",
        "{amount} was paid, once. There is nothing left to do here.",
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


class Speaker:
    """Speaks one of the two languages."""

    def __init__(self, language: str) -> None:
        self.language = "en" if language.startswith("en") else "fr"

    def say(self, key: str, **values: str | int) -> str:
        """Give a sentence in this language."""
        french, english = WORDS[key]
        sentence = english if self.language == "en" else french
        return sentence.format(**values) if values else sentence

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
    """Choose a language: the one that was asked for, else the browser's, else French."""
    if locale and locale != "auto":
        return "en" if locale.startswith("en") else "fr"
    first = accepted.partition(",")[0].strip().lower()
    return "en" if first and not first.startswith("fr") and first != "*" else "fr"
