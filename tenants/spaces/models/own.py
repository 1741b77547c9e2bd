"""Views of a space about itself, which filter on the role that asks."""

from django.db import models

from saas.kernel.models import SpaceModel
from saas.kernel.search.sorting import SortKey


class OwnTenant(SpaceModel):
    """The space's own row, as its role may read it: a view filtered on `current_user`."""

    schema_name = models.CharField(max_length=63)
    slug = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10)
    head_count = models.PositiveIntegerField()
    time_zone = models.CharField(max_length=40)
    modules_off = models.CharField(max_length=200)
    launches_on = models.DateField(null=True)

    class Meta:
        managed = False
        db_table = "spaces_own_tenant"

    def __str__(self) -> str:
        return self.name


class OwnCompany(SpaceModel):
    """A present company of the space, as its role may read it."""

    name = models.CharField(max_length=80)
    siren = models.CharField(max_length=9)
    head_count = models.PositiveIntegerField()
    badge = models.CharField(max_length=12)
    colour = models.CharField(max_length=7)
    leaves_on = models.DateField(null=True)

    class Meta:
        managed = False
        db_table = "spaces_own_company"
        ordering = [SortKey("name")]

    def __str__(self) -> str:
        return self.name


class OwnSite(SpaceModel):
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
    more_breaks = models.CharField(max_length=60)

    class Meta:
        managed = False
        db_table = "spaces_own_site"
        ordering = ["-head_count", SortKey("name")]

    def __str__(self) -> str:
        return self.name


class OwnGate(SpaceModel):
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


class OwnEmailDomain(SpaceModel):
    """An e-mail domain that the space has proven, as its role may read it; perhaps a company's."""

    domain = models.CharField(max_length=253)
    company_id = models.BigIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "spaces_own_email_domain"

    def __str__(self) -> str:
        return self.domain


class OwnStanding(SpaceModel):
    """The proof of the space, as its role may read it."""

    state = models.CharField(max_length=7)
    flagged = models.CharField(max_length=200)
    decided_at = models.DateTimeField(null=True)
    active_members = models.PositiveIntegerField()
    invited_on = models.DateField(null=True)
    invited = models.PositiveIntegerField()
    invited_outside = models.PositiveIntegerField()

    class Meta:
        managed = False
        db_table = "spaces_own_standing"

    def __str__(self) -> str:
        return self.state
