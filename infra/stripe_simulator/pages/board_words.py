"""Texts of the demonstrators' pages, in French and in English."""

from infra.stripe_simulator.pages.board_month_words import MONTH_STATES, MONTHS

Words = dict[str, tuple[str, str]]

PLACES: Words = {
    "board_home": ("Vue d’ensemble", "Overview"),
    "board_payments": ("Paiements", "Payments"),
    "board_transfers": ("Versements", "Transfers"),
    "board_disputes": ("Litiges", "Disputes"),
    "board_payouts": ("Virements vers la banque", "Payouts to the bank"),
    "board_accounts": ("Comptes", "Accounts"),
    "board_events": ("Événements", "Events"),
    "board_nav": ("Pages du simulateur", "Pages of the simulator"),
    "board_all": ("Tout voir", "See all"),
    "board_refunds": ("Remboursements", "Refunds"),
    "board_faults": ("Pannes en cours", "Faults switched on"),
    "board_intro": (
        "Ce que le simulateur sait, et les mauvais jours à la demande. Rien ici n’est réel.",
        "What the simulator knows, and bad days on demand. Nothing here is real.",
    ),
}

HEADS: Words = {
    "head_available": ("Disponible", "Available"),
    "head_payment": ("Paiement", "Payment"),
    "head_reason": ("Motif", "Reason"),
    "head_due": ("Répondre avant le", "Answer by"),
    "head_arrival": ("Arrivée", "Arrival"),
    "head_owner": ("Compte", "Account"),
    "head_platform": ("La plateforme", "The platform"),
    "head_able": ("Peut recevoir", "Can receive"),
    "head_bank": ("Virements", "Payouts"),
    "head_asked": ("Demandes en cours", "Asked for"),
    "head_acts": ("Provoquer", "Bring about"),
    "head_kind": ("Panne", "Fault"),
    "head_struck": ("Frappé", "Struck"),
    "head_left": ("Reste", "Left"),
    "always": ("jusqu’à l’arrêt", "until cleared"),
    "amount_of": ("{amount} sur {whole}", "{amount} of {whole}"),
}

PANELS: Words = {
    "panel_time": ("Le temps", "Time"),
    "panel_time_hint": (
        "Tout ce qui arrive à échéance entre-temps se produit, chaque chose à son heure.",
        "Everything that falls due on the way happens, each thing at its own time.",
    ),
    "panel_balance": ("Le solde", "The balance"),
    "panel_balance_hint": (
        "Ce qui est en attente devient disponible, puis le solde est ramené au montant.",
        "What is pending becomes available, then the balance is brought to the amount.",
    ),
    "panel_payouts_on": (
        "Virements automatiques\u00a0: {interval}.",
        "Automatic payouts: {interval}.",
    ),
    "panel_events": ("Les événements", "Events"),
    "panel_events_hint": (
        "Pour les trois prochains événements envoyés à la plateforme.",
        "For the next three events posted to the platform.",
    ),
    "panel_calls": ("Les appels", "Calls"),
    "panel_calls_hint": (
        "Pour les trois prochains appels de la plateforme.",
        "For the platform’s next three calls.",
    ),
    "daily": ("chaque jour", "every day"),
    "weekly": ("chaque semaine", "every week"),
    "monthly": ("chaque mois", "every month"),
    "manual": ("à la main", "by hand"),
}

BUTTONS: Words = {
    "do_hour": ("1 heure passe", "1 hour passes"),
    "do_day": ("1 jour passe", "1 day passes"),
    "do_month": ("1 mois passe", "1 month passes"),
    "do_empty": ("Solde à zéro", "Balance to zero"),
    "do_fill": ("Solde à 1\u202f000\u00a0€", "Balance to €1,000"),
    "do_pay_out": ("Virer à la banque", "Pay out now"),
    "do_daily": ("Virer chaque jour", "Pay out daily"),
    "do_manual": ("Virer à la main", "Pay out by hand"),
    "do_lose": ("Les perdre", "Lose them"),
    "do_twice": ("Les doubler", "Send them twice"),
    "do_late": ("Les retarder d’1 minute", "Delay them by 1 minute"),
    "do_retry": ("Renvoyer maintenant", "Send again now"),
    "do_break": ("Erreur 500", "Error 500"),
    "do_break_after": ("Erreur 500 après l’acte", "Error 500 after acting"),
    "do_limit": ("Trop d’appels (429)", "Too many calls (429)"),
    "do_clear": ("Arrêter les pannes", "Clear the faults"),
    "do_dispute": ("Contester", "Dispute"),
    "do_inquiry": ("Demander des explications", "Open an inquiry"),
    "do_take_back": ("Reprendre définitivement", "Take back for good"),
    "do_fail_refund": ("Faire échouer", "Let it fail"),
    "do_won": ("Gagné", "Won"),
    "do_lost": ("Perdu", "Lost"),
    "do_under_review": ("À l’examen", "Under review"),
    "do_warning_under_review": ("À l’examen", "Under review"),
    "do_warning_closed": ("Clos sans suite", "Closed, no dispute"),
    "do_needs_response": ("Devient un litige", "Becomes a dispute"),
    "do_appeal": ("Faire appel", "Appeal"),
    "do_appeal_under_review": ("Appel à l’examen", "Appeal under review"),
    "do_appeal_won": ("Appel gagné", "Appeal won"),
    "do_prevented": ("Évité", "Prevented"),
    "do_arrived": ("Arrivé", "Arrived"),
    "do_fail_payout": ("Refusé par la banque", "Sent back by the bank"),
    "do_restricted": ("Restreindre", "Restrict"),
    "do_rejected": ("Refuser", "Reject"),
    "do_active": ("Réactiver", "Reactivate"),
    "do_closed": ("Fermer", "Close"),
    "do_requirement": ("Demander une pièce", "Ask for a document"),
    "do_payouts_disabled": ("Bloquer ses virements", "Stop its payouts"),
    "do_disconnected": ("Le déconnecter", "Disconnect it"),
    "do_reconnected": ("Le reconnecter", "Reconnect it"),
}

CONFIRMATIONS: Words = {
    "said_hour": ("Une heure a passé.", "One hour has passed."),
    "said_day": ("Un jour a passé.", "One day has passed."),
    "said_month": ("Trente jours ont passé.", "Thirty days have passed."),
    "said_balance": (
        "Le solde disponible est maintenant de {amount}.",
        "The available balance is now {amount}.",
    ),
    "said_paid_out": (
        "{amount} partent vers la banque.",
        "{amount} is on its way to the bank.",
    ),
    "said_nothing_to_pay": (
        "Il n’y a rien à virer\u00a0: le solde est trop bas, ou la banque ne prend plus rien.",
        "There is nothing to pay out: the balance is too low, or the bank takes nothing more.",
    ),
    "said_daily": (
        "Le solde sera viré chaque nuit, sauf ce qui doit y rester.",
        "The balance will be paid out each night, except what must stay on it.",
    ),
    "said_manual": (
        "Plus aucun virement ne part de lui-même.",
        "No payout leaves by itself any more.",
    ),
    "said_lose": (
        "Les trois prochains événements ne seront pas livrés.",
        "The next three events will not be delivered.",
    ),
    "said_twice": (
        "Les trois prochains événements seront livrés deux fois.",
        "The next three events will be delivered twice.",
    ),
    "said_late": (
        "Les trois prochains événements arriveront une minute plus tard.",
        "The next three events will arrive one minute late.",
    ),
    "said_retry": (
        "Tout ce qui attendait est renvoyé maintenant.",
        "Everything that waited is sent again now.",
    ),
    "said_calls": (
        "Les trois prochains appels rencontreront cette panne.",
        "The next three calls will meet this fault.",
    ),
    "said_clear": ("Toutes les pannes sont arrêtées.", "All faults are cleared."),
    "said_dispute": (
        "La banque a repris {amount} et des frais de {fee}.",
        "The bank has taken {amount} back, and a fee of {fee}.",
    ),
    "said_inquiry": (
        "La banque demande des explications sur {amount}. Rien n’a été repris.",
        "The bank asks about {amount}. Nothing was taken back.",
    ),
    "said_decided": (
        "Le litige {object} est maintenant\u00a0: {state}.",
        "The dispute {object} is now: {state}.",
    ),
    "said_refund": (
        "Le remboursement {object} a échoué\u00a0: {amount} reviennent sur le solde.",
        "The refund {object} has failed: {amount} is back on the balance.",
    ),
    "said_payout": (
        "Le virement {object} est maintenant\u00a0: {state}.",
        "The payout {object} is now: {state}.",
    ),
    "said_account": (
        "Le compte {object} est maintenant\u00a0: {state}.",
        "The account {object} is now: {state}.",
    ),
    "said_requirement": (
        "Une pièce est demandée au compte {object}, sous 14 jours.",
        "A document is asked of the account {object}, within 14 days.",
    ),
    "onboarding_asked": ("Ce qui est demandé", "What is asked for"),
    "odd_title": ("Ce formulaire est incompréhensible", "This form makes no sense"),
    "said_refused": ("Cela n’a pas été fait. {message}", "That was not done. {message}"),
    "said_stranger": (
        "Ces boutons ne marchent que depuis les pages du simulateur.",
        "These buttons only work from the simulator’s own pages.",
    ),
}

STATES: Words = {
    "active": ("actif", "active"),
    "pending": ("en attente", "pending"),
    "restricted": ("restreint", "restricted"),
    "rejected": ("refusé", "rejected"),
    "unsupported": ("non pris en charge", "unsupported"),
    "closed": ("fermé", "closed"),
    "disconnected": ("déconnecté", "disconnected"),
    "None": ("rien demandé", "nothing asked"),
    "succeeded": ("réussi", "succeeded"),
    "failed": ("échoué", "failed"),
    "canceled": ("annulé", "canceled"),
    "requires_action": ("attend le client", "waits for the customer"),
    "disputed": ("contesté", "disputed"),
    "refunded": ("remboursé", "refunded"),
    "in_transit": ("en route", "in transit"),
    "paid": ("arrivé", "arrived"),
    "needs_response": ("réponse attendue", "needs a response"),
    "under_review": ("à l’examen", "under review"),
    "won": ("gagné", "won"),
    "lost": ("perdu", "lost"),
    "prevented": ("évité", "prevented"),
    "warning_needs_response": ("explications attendues", "inquiry to answer"),
    "warning_under_review": ("explications à l’examen", "inquiry under review"),
    "warning_closed": ("clos sans suite", "closed, no dispute"),
    "appeal_needs_response": ("appel à motiver", "appeal to argue"),
    "appeal_under_review": ("appel à l’examen", "appeal under review"),
    "delivered": ("livré", "delivered"),
    "dropped": ("perdu en route", "lost on the way"),
} | MONTH_STATES

BOARD: Words = (
    PLACES
    | HEADS
    | PANELS
    | BUTTONS
    | CONFIRMATIONS
    | MONTHS
    | {f"state_{name}": words for name, words in STATES.items()}
)
