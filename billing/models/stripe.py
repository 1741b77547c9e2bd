"""Calls to Stripe, stored before they are sent, and events received from Stripe."""

import datetime as dt
import uuid

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from billing.models.states import CALLS_UNDER_WAY, OPEN_CALLS, CallState, EventState
from saas.kernel import retention
from saas.kernel.models import SharedModel


class StripeCall(SharedModel):
    """A call that changes something at Stripe; its words and key are frozen before it is made."""

    RETENTION = retention.TEN_YEARS

    class Kind(models.TextChoices):
        """The kinds of calls; `subject_id` is the row that a call is about."""

        CUSTOMER = "customer", _("client")
        DETAILS = "details", _("coordonnées d’un client")
        CHECKOUT = "checkout", _("page de paiement")
        EXPIRE = "expire", _("fermeture d’une page de paiement")
        REFUND = "refund", _("remboursement")
        TRANSFER = "transfer", _("reversement")
        REVERSAL = "reversal", _("reprise")
        ACCOUNT = "account", _("compte d’un CSE")
        CHANGE = "change", _("nouveau compte d’un CSE")
        CLOSE = "close", _("fermeture d’un compte")
        GROUP = "group", _("rattachement d’un paiement")
        STOP = "stop", _("arrêt d’un abonnement")
        END = "end", _("fin immédiate d’un abonnement")
        REPRICE = "reprice", _("prix d’un abonnement")
        EVIDENCE = "evidence", _("réponse à un litige")
        TREASURY = "treasury", _("réserve du solde")
        GIVEBACK = "giveback", _("restitution")
        TAX = "tax", _("TVA d’une facture de CSE")
        PORTAL = "portal", _("page des moyens de paiement")
        LINK = "link", _("page d’un compte à compléter")

    State = CallState

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    subject_id = models.BigIntegerField()
    state = models.CharField(max_length=9, choices=State, default=State.PENDING)
    target = models.CharField(max_length=120, blank=True)
    params = models.JSONField()
    attempt = models.PositiveSmallIntegerField(default=1)
    key = models.CharField(max_length=255, unique=True)
    created_at = models.DateTimeField(db_default=Now())
    first_sent_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    sendings = models.PositiveIntegerField(default=0)
    server_errors = models.PositiveSmallIntegerField(default=0)
    result_id = models.CharField(max_length=120, blank=True)
    request_id = models.CharField(max_length=60, blank=True)
    http_status = models.PositiveSmallIntegerField(null=True, blank=True)
    failure = models.CharField(max_length=300, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=CallState.values),
                name="a_call_is_in_a_known_state",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=CallState.DONE) | ~models.Q(result_id=""),
                name="a_call_that_is_done_names_its_result",
            ),
            models.UniqueConstraint(
                fields=["kind", "subject_id"],
                condition=models.Q(state__in=list(CALLS_UNDER_WAY)),
                name="a_thing_is_asked_of_stripe_once_at_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=models.Q(state__in=list(OPEN_CALLS)),
                name="calls_to_be_resumed",
            ),
            models.Index(fields=["kind", "subject_id"], name="calls_about_a_thing"),
        ]

    def __str__(self) -> str:
        return self.key


class StripeEvent(SharedModel):
    """An event that Stripe sent, kept once under its id; only its ids are believed."""

    RETENTION = dt.timedelta(days=60)

    class Endpoint(models.TextChoices):
        """The endpoint that received the event."""

        SNAPSHOT = "snapshot"
        CONNECTED = "connected"
        THIN = "thin"

    State = EventState

    event_id = models.CharField(max_length=120, unique=True)
    endpoint = models.CharField(max_length=9, choices=Endpoint)
    kind = models.CharField(max_length=120)
    object_id = models.CharField(max_length=120, blank=True)
    account = models.CharField(max_length=60, blank=True)
    livemode = models.BooleanField()
    api_version = models.CharField(max_length=40, blank=True)
    other_version = models.BooleanField(default=False)
    body = models.BinaryField()
    happened_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.RECEIVED)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(db_default=Now())
    processed_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=EventState.values),
                name="an_event_is_in_a_known_state",
            )
        ]
        indexes = [
            models.Index(
                fields=["received_at"],
                condition=models.Q(state=EventState.RECEIVED),
                name="events_to_be_processed",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"


class StripeHalt(SharedModel):
    """Stripe refuses our key: nothing is sent until an operator has looked."""

    RETENTION = retention.TEN_YEARS

    since = models.DateTimeField()
    reason = models.CharField(max_length=300)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                models.Value(1),
                condition=models.Q(ended_at__isnull=True),
                name="stripe_is_halted_only_once_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return self.reason


class StateChange(SharedModel):
    """The transition of a row between two states, with its actor, moment and reason."""

    RETENTION = retention.TEN_YEARS

    machine = models.CharField(max_length=12)
    subject_id = models.BigIntegerField()
    before = models.CharField(max_length=30)
    after = models.CharField(max_length=30)
    trigger = models.CharField(max_length=30)
    by = models.CharField(max_length=160)
    why = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["machine", "subject_id"], name="changes_of_a_row_in_order")]

    def __str__(self) -> str:
        return f"{self.machine} {self.subject_id}: {self.before} → {self.after}"
