"""Spaces, their hosts, companies, sites and gates."""

from decimal import Decimal
from typing import NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_tenants.models import DomainMixin, TenantMixin

from saas.kernel import retention
from saas.kernel.models import SharedModel
from saas.kernel.search.sorting import SortKey

_ONE_STACK_FOR_ALL_THREADS = (
    "`with tenant:` keeps one stack for all threads and swaps their spaces: use schema.inside()"
)


class Tenant(TenantMixin, SharedModel):
    """A space: a schema and a role, both named `schema_name`, with a subdomain."""

    RETENTION = retention.WITH_SERVICE

    class Kind(models.TextChoices):
        """The kind of space: a single company or several."""

        COMPANY = "company", _("Entreprise")
        PARK = "park", _("Parc d’activités")

    class State(models.TextChoices):
        """Whether people may come in."""

        ACTIVE = "active", _("Ouvert")
        SUSPENDED = "suspended", _("Suspendu")
        ARCHIVED = "archived", _("Archivé")
        DELETED = "deleted", _("Supprimé")

    auto_create_schema = False

    slug = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.COMPANY)
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    accent = models.CharField(max_length=7, default="#0b5f63")
    language = models.CharField(max_length=2, default="fr")
    time_zone = models.CharField(max_length=40, default="Europe/Paris")
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_because = models.CharField(max_length=280, blank=True, db_default="")
    # The migrations that its schema has: equal to the code's, nothing is to be done to it.
    schema_hash = models.CharField(max_length=64, blank=True, db_default="")
    # The cluster that its schema is in: empty at home, else a name of CELLS; and while it moves,
    # the cluster that it moves to ("home" is home).
    cell = models.CharField(max_length=20, blank=True, default="", db_default="")
    moves_to = models.CharField(max_length=20, blank=True, default="", db_default="")
    # The modules that it does not use, by their labels, with blanks between.
    modules_off = models.CharField(max_length=200, blank=True, db_default="")
    # The moment from which its members need a second factor; None while each chooses.
    factor_from = models.DateTimeField(null=True, blank=True)
    # The launch day: no invitation of a list of staff is mailed before it.
    launches_on = models.DateField(null=True, blank=True)
    # Which job may share its copies: the last that began.
    sharing_turn = models.UUIDField(null=True, blank=True, editable=False)

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
            models.CheckConstraint(
                condition=models.Q(modules_off__regex=r"^([a-z]+( [a-z]+)*)?$"),
                name="modules_are_named_by_labels",
            ),
            models.CheckConstraint(
                condition=models.Q(cell__regex=r"^([a-z][a-z0-9]*)?$")
                & ~models.Q(cell="home")
                & models.Q(moves_to__regex=r"^([a-z][a-z0-9]*)?$"),
                name="a_cell_has_a_plain_name_and_home_has_none",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def __enter__(self) -> NoReturn:
        raise RuntimeError(_ONE_STACK_FOR_ALL_THREADS)

    def activate(self) -> NoReturn:
        """Raise RuntimeError, because this way of entering a space has no exit."""
        raise RuntimeError(_ONE_STACK_FOR_ALL_THREADS)

    @classmethod
    def deactivate(cls) -> NoReturn:
        """Refuse, as `activate` does."""
        raise RuntimeError(_ONE_STACK_FOR_ALL_THREADS)


class Domain(DomainMixin, SharedModel):
    """A host of a space, or a former host that redirects to its present host."""

    RETENTION = retention.WITH_SERVICE

    class Kind(models.TextChoices):
        """The origins of a host."""

        SUBDOMAIN = "subdomain", _("Sous-domaine")
        FORMER = "former", _("Ancienne adresse")
        CUSTOM = "custom", _("Nom de domaine de l’entreprise")

    kind = models.CharField(max_length=9, choices=Kind, db_default=Kind.SUBDOMAIN)
    since = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.domain)


class EmailDomain(SharedModel):
    """An e-mail domain proven by a space: a person that confirms an address in it may join.

    In a park it may belong to a company: people that join through it work there. Without a company
    it does not determine a person's workplace.
    """

    RETENTION = retention.WITH_SERVICE

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="email_domains")
    company = models.ForeignKey(
        "Company", on_delete=models.SET_NULL, null=True, blank=True, related_name="email_domains"
    )
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
    """A company of a space: the only company, or a company of a park."""

    RETENTION = retention.WITH_SERVICE

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="companies")
    name = models.CharField(max_length=80)
    siren = models.CharField(max_length=9, blank=True)
    head_count = models.PositiveIntegerField()
    badge = models.CharField(max_length=12, blank=True, db_default="")
    colour = models.CharField(max_length=7, blank=True, db_default="")
    # A company that leaves a park keeps its row: the books of its council refer to it.
    leaves_on = models.DateField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = [SortKey("name")]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "name"], name="a_company_is_named_once_in_a_space"
            ),
            models.CheckConstraint(
                condition=models.Q(left_at=None) | models.Q(leaves_on__isnull=False),
                name="a_company_that_left_had_a_last_day",
            ),
            models.CheckConstraint(
                condition=models.Q(siren__regex=r"^(\d{9})?$"), name="a_siren_has_nine_digits"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Place(SharedModel):
    """A street address and its coordinates, in degrees."""

    street = models.CharField(max_length=120, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    city = models.CharField(max_length=80, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, default=Decimal(0))
    longitude = models.DecimalField(max_digits=9, decimal_places=6, default=Decimal(0))

    class Meta:
        abstract = True


class Site(Place):
    """A workplace of a space; its gates are where walks begin, its break when."""

    RETENTION = retention.WITH_SERVICE

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="sites")
    name = models.CharField(max_length=80)
    head_count = models.PositiveIntegerField()
    break_starts = models.TimeField()
    break_ends = models.TimeField()
    # Short breaks beside it: 10:00-10:15, 16:00-16:20.
    more_breaks = models.CharField(max_length=60, blank=True, default="", db_default="")

    class Meta:
        ordering = ["-head_count", SortKey("name")]
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

    RETENTION = retention.WITH_SERVICE

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
