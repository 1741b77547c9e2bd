"""Words of the board about months and debits, in French and in English."""

MONTHS: dict[str, tuple[str, str]] = {
    "board_months": ("Abonnements", "Subscriptions"),
    "head_next": ("Échéance", "Renewal"),
    "head_customer": ("Client", "Customer"),
    "do_debit_succeeded": ("La banque accepte", "The bank accepts"),
    "do_debit_failed": ("La banque refuse", "The bank refuses"),
    "do_card_paid": ("Carte qui passe", "Card that works"),
    "do_card_declined_later": ("Carte qui sera refusée", "Card that will be declined"),
    "said_debit": (
        "Le prélèvement {object} est maintenant\u00a0: {state}.",
        "The debit {object} is now: {state}.",
    ),
    "said_card_paid": (
        "Les échéances de {object} seront payées.",
        "The renewals of {object} will be paid.",
    ),
    "said_card_declined_later": (
        "Les échéances de {object} seront refusées par la banque.",
        "The bank will decline the renewals of {object}.",
    ),
}

MONTH_STATES: dict[str, tuple[str, str]] = {
    "past_due": ("en retard", "behind"),
    "unpaid": ("suspendu", "on hold"),
    "incomplete": ("pas encore payé", "not paid yet"),
    "incomplete_expired": ("jamais payé", "never paid"),
    "ends": ("s’arrêtera", "will end"),
}
