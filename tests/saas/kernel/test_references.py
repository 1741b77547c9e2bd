"""A public reference is short, fits its column, and is not drawn twice among millions."""

import re
from typing import Any

import pytest
from django.apps import apps

from saas.kernel.models import reference

ROWS = 10_000_000
RARE = 1 / 2_000_000
DRAWN = [
    pytest.param(field, id=f"{model.__name__}.{field.name}")
    for model in apps.get_models()
    for field in model._meta.concrete_fields
    if getattr(field.default, "__name__", "").endswith("_reference")
]


def test_beside_millions_of_rows_a_new_reference_is_free() -> None:
    assert len(DRAWN) >= 20, "each kind of row has its own"
    prefix, letters = reference("OR").split("-")
    assert prefix == "OR"
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]+", letters), "0, O, 1 and I are mistaken for each other"
    drawn = {letter for _ in range(500) for letter in reference("OR").removeprefix("OR-")}
    assert ROWS / len(drawn) ** len(letters) < RARE


# Tables of a space with few rows: two random references are never equal, and an index would weigh
# in every space. A row is found by the first match.
FEW_ROWS = {"ApiToken", "Device", "Erasure", "SavedSearch", "Screen", "WebhookEndpoint"}


@pytest.mark.parametrize("field", DRAWN)
def test_a_reference_fits_its_column(field: Any) -> None:
    assert field.unique or field.model.__name__ in FEW_ROWS
    drawn = field.default()
    assert len(drawn) <= field.max_length
