"""Spaces, their hosts, companies, sites and gates; foundings; the blueprint of a schema."""

import uuid
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_tenants.models import DomainMixin, TenantMixin

from saas.kernel.models import SharedModel, reference


def founding_reference() -> str:
    """Return a new reference of a founding."""
    return reference("FO")


class Tenant(TenantMixin, SharedModel):
    """A space: one schema and one role, both named `schema_name`, on one subdomain."""

    class Kind(models.TextChoices):
        """Whether one company lives here or several."""

        COMPANY = "company", _("Entreprise")
        PARK = "park", _("Parc d’activités")

    class State(models.TextChoices):
        """Whether people may come in."""

        ACTIVE = "active", _("Ouvert")
        SUSPENDED = "suspended", _("Suspendu")

    auto_create_schema = False

    slug = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.COMPANY)
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    accent = models.CharField(max_length=7, default="#0b5f63")
    language = models.CharField(max_length=2, default="fr")
    time_zone = models.CharField(max_length=40, default="Europe/Paris")
    created_at = models.DateTimeField()

    class Meta(TenantMixin.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(schema_name__regex=r"^t_[a-z0-9]{4,40}$")
                | models.Q(schema_name__in=["north", "south"]),
                name="a_space_has_a_schema_name_of_ours",
            ),
            models.CheckConstraint(
                condition=models.Q(slug__regex=r"^[a-z0-9]([a-z0-9-]{1,38}[a-z0-9])$"),
                name="a_slug_is_a_plain_host_label",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Domain(DomainMixin, SharedModel):
    """A host on which a space answers."""

    def __str__(self) -> str:
        return str(self.domain)


class EmailDomain(SharedModel):
    """An e-mail domain that a space has proven: whoever confirms an address in it may join."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="email_domains")
    domain = models.CharField(max_length=253)
    proven_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "domain"], name="a_space_proves_an_email_domain_once"
            )
        ]

    def __str__(self) -> str:
        return self.domain


class Company(SharedModel):
    """A company that lives in a space: the one, or one of a park's."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="companies")
    name = models.CharField(max_length=80)
    siren = models.CharField(max_length=9, blank=True)
    head_count = models.PositiveIntegerField()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "name"], name="a_company_is_named_once_in_a_space"
            ),
            models.CheckConstraint(
                condition=models.Q(siren__regex=r"^(\d{9})?$"), name="a_siren_has_nine_digits"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Place(SharedModel):
    """What lies somewhere: a street address and its coordinates, in degrees."""

    street = models.CharField(max_length=120, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    city = models.CharField(max_length=80, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, default=Decimal(0))
    longitude = models.DecimalField(max_digits=9, decimal_places=6, default=Decimal(0))

    class Meta:
        abstract = True


class Site(Place):
    """Where people of a space work; its gates are where walks begin, its break when."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="sites")
    name = models.CharField(max_length=80)
    head_count = models.PositiveIntegerField()
    break_starts = models.TimeField()
    break_ends = models.TimeField()

    class Meta:
        ordering = ["-head_count", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "name"], name="a_site_is_named_once_in_a_space"
            ),
            models.CheckConstraint(
                condition=models.Q(break_ends__gt=models.F("break_starts")),
                name="a_break_ends_after_it_starts",
                violation_error_message=_("La pause se termine après avoir commencé."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Gate(SharedModel):
    """A way in and out of a site."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="gates")
    name = models.CharField(max_length=60)
    latitude = models.DecimalField(max_digits=9, decimal_places=6)
    longitude = models.DecimalField(max_digits=9, decimal_places=6)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["site", "name"], name="a_gate_is_named_once_at_a_site")
        ]

    def __str__(self) -> str:
        return self.name


class Founding(SharedModel):
    """How a space comes to be: what HR said so far, and how far the building is."""

    class State(models.TextChoices):
        """Where the founding stands; `failed` can be tried again."""

        STARTED = "started", _("Adresse à confirmer")
        CONFIRMED = "confirmed", _("Adresse confirmée")
        DESCRIBED = "described", _("Entreprise décrite")
        NAMED = "named", _("Adresse web réservée")
        QUEUED = "queued", _("En attente de construction")
        BUILDING = "building", _("En construction")
        BUILT = "built", _("Construit")
        FAILED = "failed", _("Construction interrompue")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=12, unique=True, default=founding_reference)
    state = models.CharField(max_length=10, choices=State, default=State.STARTED)
    email = models.EmailField()
    first_name = models.CharField(max_length=60)
    last_name = models.CharField(max_length=60)
    language = models.CharField(max_length=2, default="fr")
    token_hash = models.CharField(max_length=64, unique=True)
    token_expires_at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=Tenant.Kind, default=Tenant.Kind.COMPANY)
    description = models.JSONField(default=dict)
    slug = models.CharField(max_length=40, blank=True)
    accent = models.CharField(max_length=7, default="#0b5f63")
    password = models.CharField(max_length=128, blank=True)
    tenant = models.OneToOneField(
        Tenant, on_delete=models.SET_NULL, null=True, blank=True, related_name="founding"
    )
    progress = models.JSONField(default=list)
    failure = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    queued_at = models.DateTimeField(null=True, blank=True)
    built_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["slug"],
                condition=~models.Q(slug=""),
                name="a_subdomain_is_reserved_by_one_founding",
                violation_error_message=_("Cette adresse vient d’être prise."),
            ),
            models.CheckConstraint(
                condition=~models.Q(state="built") | models.Q(tenant__isnull=False),
                name="a_built_founding_has_its_space",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.slug or self.email}"


class Blueprint(SharedModel):
    """The script from which a space is born, made once for each state of the migrations."""

    migrations_hash = models.CharField(max_length=64, unique=True)
    script = models.TextField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.migrations_hash[:12]


class OwnTenant(models.Model):
    """The space's own row, as its role may read it: a view filtered on `current_user`."""

    schema_name = models.CharField(max_length=63)
    slug = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10)
    head_count = models.PositiveIntegerField()
    time_zone = models.CharField(max_length=40)

    class Meta:
        managed = False
        db_table = "spaces_own_tenant"

    def __str__(self) -> str:
        return self.name


class OwnCompany(models.Model):
    """A company of the space, as its role may read it."""

    name = models.CharField(max_length=80)
    siren = models.CharField(max_length=9)
    head_count = models.PositiveIntegerField()

    class Meta:
        managed = False
        db_table = "spaces_own_company"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class OwnSite(models.Model):
    """A site of the space, as its role may read it."""

    name = models.CharField(max_length=80)
    street = models.CharField(max_length=120)
    postcode = models.CharField(max_length=10)
    city = models.CharField(max_length=80)
    latitude = models.DecimalField(max_digits=9, decimal_places=6)
    longitude = models.DecimalField(max_digits=9, decimal_places=6)
    head_count = models.PositiveIntegerField()
    break_starts = models.TimeField()
    break_ends = models.TimeField()

    class Meta:
        managed = False
        db_table = "spaces_own_site"
        ordering = ["-head_count", "name"]

    def __str__(self) -> str:
        return self.name


class OwnGate(models.Model):
    """A gate of the space, as its role may read it; `site_id` is its site's."""

    site_id = models.BigIntegerField()
    name = models.CharField(max_length=60)
    latitude = models.DecimalField(max_digits=9, decimal_places=6)
    longitude = models.DecimalField(max_digits=9, decimal_places=6)

    class Meta:
        managed = False
        db_table = "spaces_own_gate"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class OwnEmailDomain(models.Model):
    """An e-mail domain that the space has proven, as its role may read it."""

    domain = models.CharField(max_length=253)

    class Meta:
        managed = False
        db_table = "spaces_own_email_domain"

    def __str__(self) -> str:
        return self.domain
