"""States of everything in billing that has some: each is written once, here."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class CallState(TextChoices):
    """Whether a call to Stripe was made, and how it ended."""

    PENDING = "pending", _("À envoyer")
    IN_FLIGHT = "in_flight", _("Envoyé")
    UNKNOWN = "unknown", _("Issue inconnue")
    DONE = "done", _("Fait")
    FAILED = "failed", _("Refusé")
    PARKED = "parked", _("À examiner")


# Calls still to be made, and calls not finished: the latter include those parked for an operator.
OPEN_CALLS = (CallState.PENDING, CallState.IN_FLIGHT, CallState.UNKNOWN)
CALLS_UNDER_WAY = (*OPEN_CALLS, CallState.PARKED)


class EventState(TextChoices):
    """Whether an event of Stripe’s was followed."""

    RECEIVED = "received", _("Reçu")
    PROCESSED = "processed", _("Traité")
    IGNORED = "ignored", _("Sans suite")
    PARKED = "parked", _("À examiner")


class OrderState(TextChoices):
    """How far an order is paid."""

    DRAFT = "draft", _("Brouillon")
    PRICED = "priced", _("À payer")
    AWAITING_PAYMENT = "awaiting_payment", _("Paiement ouvert")
    PROCESSING = "processing", _("Paiement en cours")
    PAID = "paid", _("Payée")
    PARTLY_REFUNDED = "partly_refunded", _("Remboursée en partie")
    REFUNDED = "refunded", _("Remboursée")
    CANCELLED = "cancelled", _("Annulée")


class PaymentState(TextChoices):
    """The state of a payment that Stripe last reported."""

    OPENED = "opened", _("Ouvert")
    PROCESSING = "processing", _("En traitement")
    SUCCEEDED = "succeeded", _("Réussi")
    FAILED = "failed", _("Échoué")
    EXPIRED = "expired", _("Expiré")
    CANCELED = "canceled", _("Annulé")


class SubscriptionState(TextChoices):
    """Whether a subscription’s next month comes."""

    OPENING = "opening", _("À payer")
    ACTIVE = "active", _("En cours")
    PAST_DUE = "past_due", _("Paiement refusé")
    ENDING = "ending", _("S’arrête à la fin du mois payé")
    ENDED = "ended", _("Arrêté")


class InvoiceState(TextChoices):
    """Whether an invoice reached the merchant, and how much of it was taken back."""

    ISSUED = "issued", _("Émise")
    RENDERED = "rendered", _("Mise en page")
    SENT = "sent", _("Envoyée")
    CREDITED_PARTLY = "credited_partly", _("Avoir partiel")
    CREDITED = "credited", _("Annulée par avoir")


class CouncilAccountState(TextChoices):
    """Whether money can be transferred to a council’s account."""

    NONE = "none", _("Pas encore de compte")
    NO_LEGAL_PERSONALITY = "no_legal_personality", _("Sans personnalité morale")
    CREATED = "created", _("Compte créé")
    ONBOARDING = "onboarding", _("Compte à compléter")
    ACTIVE = "active", _("Compte actif")
    RESTRICTED = "restricted", _("Compte bloqué")
    REJECTED = "rejected", _("Compte refusé")
    UNSUPPORTED = "unsupported", _("Compte impossible")
    CLOSED = "closed", _("Compte fermé")


class AccountChangeState(TextChoices):
    """How far a council’s new account is."""

    ASKED = "asked", _("À confirmer")
    CONFIRMED = "confirmed", _("Nouveau compte à compléter")
    DONE = "done", _("Compte remplacé")
    CANCELLED = "cancelled", _("Abandonné")


class ShareState(TextChoices):
    """The states that the money of a share goes through."""

    HELD = "held", _("Retenue")
    RELEASABLE = "releasable", _("À reverser")
    WAITING_ACCOUNT = "waiting_account", _("En attente du CSE")
    FROZEN = "frozen", _("Gelée")
    NETTED = "netted", _("Compensée")
    SENDING = "sending", _("Reversement en cours")
    TRANSFERRED = "transferred", _("Reversée")
    PARTLY_REVERSED = "partly_reversed", _("Reprise en partie")
    REVERSED = "reversed", _("Reprise")
    CANCELLED = "cancelled", _("Annulée")


class TransferState(TextChoices):
    """Whether the money of a transfer went."""

    PENDING = "pending", _("À envoyer")
    IN_FLIGHT = "in_flight", _("En traitement")
    UNKNOWN = "unknown", _("Issue inconnue")
    DONE = "done", _("Fait")
    REFUSED = "refused", _("Refusé")


class ClaimState(TextChoices):
    """Whether a claim came back."""

    DUE = "due", _("À reprendre")
    SENDING = "sending", _("Reprise en cours")
    DONE = "done", _("Repris")
    OWED = "owed", _("Dû par le CSE")
    NETTED = "netted", _("Compensé")
    WRITTEN_OFF = "written_off", _("Abandonné")
    PAID_BACK = "paid_back", _("Rendu au CSE")


class TaxState(TextChoices):
    """The states of a tax payment; the tax of a credit note begins as `owed`."""

    DUE = "due", _("À verser")
    SENDING = "sending", _("Versement en cours")
    DONE = "done", _("Versée")
    OWED = "owed", _("Due par le CSE")
    NETTED = "netted", _("Compensée")
    WRITTEN_OFF = "written_off", _("Abandonnée")


class RefundState(TextChoices):
    """How far a refund is; from the sending on, in Stripe’s own words."""

    REQUESTED = "requested", _("À approuver")
    APPROVED = "approved", _("Approuvé")
    REJECTED = "rejected", _("Rejeté")
    SENDING = "sending", _("Envoi en cours")
    PENDING = "pending", _("En cours à la banque")
    REQUIRES_ACTION = "requires_action", _("Action attendue")
    SUCCEEDED = "succeeded", _("Remboursé")
    FAILED = "failed", _("Échoué")
    CANCELED = "canceled", _("Annulé")


class DisputeState(TextChoices):
    """The states of a dispute, in Stripe's own words."""

    WARNING_NEEDS_RESPONSE = "warning_needs_response", _("Question de la banque")
    WARNING_UNDER_REVIEW = "warning_under_review", _("Question à l’examen")
    WARNING_CLOSED = "warning_closed", _("Question close")
    NEEDS_RESPONSE = "needs_response", _("Réponse attendue")
    UNDER_REVIEW = "under_review", _("À l’examen")
    WON = "won", _("Gagné")
    LOST = "lost", _("Perdu")
    APPEAL_NEEDS_RESPONSE = "appeal_needs_response", _("Appel possible")
    APPEAL_UNDER_REVIEW = "appeal_under_review", _("Appel à l’examen")
    PREVENTED = "prevented", _("Évité")


class RestitutionState(TextChoices):
    """The states of a restitution to a council."""

    DUE = "due", _("À restituer")
    SENDING = "sending", _("Restitution en cours")
    DONE = "done", _("Restituée")
    NETTED = "netted", _("Compensée")


class PayoutState(TextChoices):
    """The states of a payout, in Stripe's own words."""

    PENDING = "pending", _("Prévu")
    IN_TRANSIT = "in_transit", _("En route")
    PAID = "paid", _("Arrivé")
    FAILED = "failed", _("Refusé par la banque")
    CANCELED = "canceled", _("Annulé")


class ReconciliationState(TextChoices):
    """The results of a comparison of the books with Stripe."""

    RUNNING = "running", _("En cours")
    AGREES = "agrees", _("Tout s’explique")
    DIFFERS = "differs", _("Écarts à examiner")
    FAILED = "failed", _("Interrompu")


class CaseState(TextChoices):
    """The states of a case."""

    OPEN = "open", _("À examiner")
    EXPLAINED = "explained", _("Expliqué depuis")
    CLOSED = "closed", _("Classé")


class MandateState(TextChoices):
    """Whether an operator confirmed the minutes of a council's election."""

    WAITING = "waiting", _("À confirmer")
    CONFIRMED = "confirmed", _("Confirmé")
    REFUSED = "refused", _("Refusé")
    WITHDRAWN = "withdrawn", _("Remplacé")


class EInvoiceState(TextChoices):
    """The states of an electronic invoice, by the life cycle of the French reform."""

    PREPARED = "prepared", _("À déposer")
    DEPOSITED = "deposited", _("Déposée")
    RECEIVED = "received", _("Reçue")
    APPROVED = "approved", _("Approuvée")
    DISPUTED = "disputed", _("En litige")
    PAID = "paid", _("Encaissée")
    REJECTED = "rejected", _("Rejetée")
    REFUSED = "refused", _("Refusée")


class ManualEntryState(TextChoices):
    """Whether a proposed entry of the books was posted or refused by a second operator."""

    PROPOSED = "proposed", _("À valider")
    POSTED = "posted", _("Validée")
    REFUSED = "refused", _("Écartée")
