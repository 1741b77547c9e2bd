"""Streets and the numbers of their houses, as the French address base (BAN) lists them.

Beside them stand the lines of streets, as a GeoJSON file has them; maps are drawn from these.
"""

from decimal import Decimal

from django.db import models

from saas.kernel import retention
from saas.kernel.models import SharedModel
from saas.kernel.search.sorting import SortKey


class Street(SharedModel):
    """Street or hamlet of a municipality; `words` has its name and town without accents.

    `sql/streets_by_word.sql` indexes the beginnings of the words.
    """

    RETENTION = retention.WITH_SERVICE

    insee = models.CharField(max_length=5)
    name = models.CharField(max_length=120)
    postcode = models.CharField(max_length=5)
    city = models.CharField(max_length=80)
    words = models.CharField(max_length=220)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, default=Decimal(0))
    longitude = models.DecimalField(max_digits=9, decimal_places=6, default=Decimal(0))

    class Meta:
        ordering = [SortKey("name"), "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["insee", "postcode", "name"], name="a_street_is_listed_once_in_a_town"
            ),
        ]
        indexes = [
            models.Index(fields=["postcode"], name="streets_of_a_postcode"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.postcode} {self.city}"


class Address(SharedModel):
    """Number of a house in a street; `cell` is its square of a hundredth of a degree."""

    RETENTION = retention.WITH_SERVICE

    street = models.ForeignKey(
        Street, on_delete=models.CASCADE, related_name="addresses", db_index=False
    )
    number = models.PositiveIntegerField()
    suffix = models.CharField(max_length=12, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6)
    longitude = models.DecimalField(max_digits=9, decimal_places=6)
    cell = models.BigIntegerField()

    class Meta:
        ordering = ["number", "suffix", "id"]
        indexes = [
            models.Index(fields=["street", "number", "suffix"], name="numbers_of_a_street"),
            models.Index(fields=["cell"], name="addresses_of_a_cell"),
        ]

    def __str__(self) -> str:
        return f"{self.number}{self.suffix}"


class StreetFile(SharedModel):
    """A loaded file of lines of streets; maps that are drawn from it name its source."""

    RETENTION = retention.WITH_SERVICE

    name = models.CharField(max_length=80, unique=True)
    source = models.CharField(max_length=120, blank=True)
    loaded_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class StreetLine(SharedModel):
    """A piece of a street: `points` are its latitudes and longitudes in turn.

    It is short, so that all pieces near a point are found by the squares around it.
    """

    RETENTION = retention.WITH_SERVICE

    class Sort(models.TextChoices):
        """How a line is drawn."""

        MAIN = "main"
        STREET = "street"
        PATH = "path"
        WATER = "water"

    file = models.ForeignKey(StreetFile, on_delete=models.CASCADE, related_name="lines")
    cell = models.BigIntegerField()
    sort = models.CharField(max_length=6, choices=Sort)
    points = models.JSONField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["cell"], name="street_lines_of_a_cell")]

    def __str__(self) -> str:
        return f"{self.sort} {self.pk}"
