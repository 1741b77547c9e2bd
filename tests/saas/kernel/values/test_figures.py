"""Amounts, rates, coordinates and times are typed in the figures that pages show."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from saas.kernel.errors import Refused
from saas.kernel.forms import PercentField
from saas.kernel.money import parse_euros
from saas.kernel.values.week import minute_of

READERS: list[tuple[Callable[[str], Any], str, Any]] = [
    (parse_euros, "10", 1_000),
    (PercentField().clean, "40", 4_000),
    (minute_of, "18:30", 1_110),
]


@pytest.mark.parametrize(("read", "text", "value"), READERS)
def test_figures_of_another_script_are_refused(
    read: Callable[[str], Any], text: str, value: int
) -> None:
    assert read(text) == value
    arabic = text.translate({ord("0") + digit: chr(0x660 + digit) for digit in range(10)})
    with pytest.raises((Refused, ValidationError, ValueError)):
        read(arabic)
