"""Tokens of programs, answers kept for repeated requests, and webhooks with their deliveries."""

import datetime as dt
import uuid
from datetime import timedelta

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.kernel import retention
from saas.kernel.models import RowNumber, SpaceModel, one_of, reference


def token_reference() -> str:
    """Return a new public reference of a token."""
    return reference("JE")


def endpoint_reference() -> str:
    """Return a new public reference of a webhook endpoint."""
    return reference("WH")


class ApiToken(SpaceModel):
    """Lets a program act in a member's name, within its scopes; stored as a hash.

    An integration's token belongs to the space: all its administrators can see and revoke it. It
    works as long as its creator is an administrator of the space.
    """

    RETENTION = retention.by_room(dt.timedelta(days=90), _("Jetons d’accès, après leur fin"))

    class Kind(models.TextChoices):
        """The kinds of tokens: of a person, or of a program of the space."""

        PERSONAL = "personal", _("personnel")
        INTEGRATION = "integration", _("intégration")

    id = RowNumber(primary_key=True)
    reference = models.CharField(max_length=12, default=token_reference)
    kind = models.CharField(max_length=11, choices=Kind)
    name = models.CharField(max_length=60)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    ending = models.CharField(max_length=4)
    scopes = models.CharField(max_length=600)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "name"],
                condition=models.Q(revoked_at=None),
                name="a_person_names_a_token_in_use_once",
                violation_error_message=_("Un de vos jetons porte déjà ce nom."),
            ),
            models.CheckConstraint(
                condition=~models.Q(scopes=""),
                name="a_token_opens_something",
                violation_error_message=_("Choisissez ce que le jeton ouvre."),
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__lte=models.F("made_at") + timedelta(days=366)),
                name="a_token_ends_within_a_year",
                violation_error_message=_("Un jeton vaut un an au plus."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} of {self.person_id}"


class IdempotentRequest(SpaceModel):
    """A request with an `Idempotency-Key`, and its stored response for retries."""

    RETENTION = retention.by_room(dt.timedelta(days=1))

    id = RowNumber(primary_key=True)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(blank=True)
    received_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "key"], name="a_key_is_of_one_request_of_a_person"
            )
        ]

    def __str__(self) -> str:
        return f"request {self.pk} of {self.person_id}: {self.status}"


class WebhookEndpoint(SpaceModel):
    """An external address that receives events of the space.

    Its secret is derived from `nonce` and the secret key, and never stored. The former secret also
    signs until `former_until`.
    """

    RETENTION = retention.with_space()

    reference = models.CharField(max_length=12, default=endpoint_reference)
    url = models.CharField(max_length=500)
    name = models.CharField(max_length=60)
    kinds = models.CharField(max_length=400)
    nonce = models.UUIDField(default=uuid.uuid4, editable=False)
    former_nonce = models.UUIDField(null=True, blank=True, editable=False)
    former_until = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        ordering = ["made_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["url"],
                name="an_address_is_told_by_one_webhook",
                violation_error_message=_("Cette adresse est déjà prévenue."),
            ),
            models.CheckConstraint(
                condition=~models.Q(kinds=""),
                name="a_webhook_tells_something",
                violation_error_message=_("Choisissez ce qui est annoncé."),
            ),
            models.CheckConstraint(
                condition=models.Q(former_nonce=None, former_until=None)
                | models.Q(former_nonce__isnull=False, former_until__isnull=False),
                name="a_former_secret_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("integrations:webhook", args=[self.reference])


class WebhookEvent(SpaceModel):
    """An event of the space, as sent to webhooks."""

    RETENTION = retention.by_room(dt.timedelta(days=30), _("Ce qui a été dit à des programmes"))

    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    data = models.JSONField(max_length=1500)
    happened_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"{self.kind} {self.uuid}"


class WebhookDelivery(SpaceModel):
    """The delivery of an event to an endpoint, until it is delivered or given up."""

    RETENTION = retention.WITH_PARENT

    class State(models.TextChoices):
        """How far it came."""

        DUE = "due", _("à envoyer")
        DELIVERED = "delivered", _("reçu")
        FAILED = "failed", _("abandonné")

    endpoint = models.ForeignKey(
        WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries"
    )
    event = models.ForeignKey(WebhookEvent, on_delete=models.CASCADE, related_name="deliveries")
    state = models.CharField(max_length=9, choices=State, default=State.DUE)
    attempts_made = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint", "event"], name="an_event_is_told_once_to_an_endpoint"
            ),
            models.CheckConstraint(
                condition=models.Q(state="due", next_at__isnull=False, ended_at=None)
                | (
                    one_of("state", ["delivered", "failed"])
                    & models.Q(next_at=None, ended_at__isnull=False)
                ),
                name="a_delivery_is_due_or_has_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["event"], name="deliveries_of_an_event"),
            models.Index(
                fields=["next_at"],
                condition=models.Q(state="due"),
                name="deliveries_that_are_due",
            ),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}: {self.state}"


class WebhookAttempt(SpaceModel):
    """An attempt of a delivery: the response's status, or the reason for the failure."""

    RETENTION = retention.WITH_PARENT

    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    took_ms = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    failure = models.CharField(max_length=12, blank=True)

    class Meta:
        base_manager_name = "objects"
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["delivery"], name="attempts_of_a_delivery")]

    def __str__(self) -> str:
        return f"attempt {self.pk}: {self.status or self.failure}"
