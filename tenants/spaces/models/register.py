"""Companies and their establishments, as the French register SIRENE lists them."""

from django.db import models

from saas.kernel import retention
from saas.kernel.models import SharedModel


class RegisteredCompany(SharedModel):
    """A legal unit of the register; `band` is its code for the number of employees."""

    RETENTION = retention.WITH_SERVICE

    siren = models.CharField(max_length=9, primary_key=True)
    name = models.CharField(max_length=120)
    band = models.CharField(max_length=2, blank=True)

    def __str__(self) -> str:
        return f"{self.siren} {self.name}"


class RegisteredSite(SharedModel):
    """An open establishment of the register, with its postal address."""

    RETENTION = retention.WITH_SERVICE

    siret = models.CharField(max_length=14, primary_key=True)
    siren = models.CharField(max_length=9)
    is_seat = models.BooleanField()
    name = models.CharField(max_length=80, blank=True)
    band = models.CharField(max_length=2, blank=True)
    street = models.CharField(max_length=120, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    city = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["-is_seat", "-band", "siret"]
        indexes = [models.Index(fields=["siren"], name="establishments_of_a_company")]

    def __str__(self) -> str:
        return f"{self.siret} {self.street}, {self.postcode} {self.city}"
