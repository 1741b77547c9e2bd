"""Days and moments as the API takes them: those that a clock of ours can count from and to."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from saas.kernel.forms import check_countable


class DayIn(serializers.DateField):
    """A day in a request."""

    def to_internal_value(self, value: Any) -> dt.date:
        """Return the day. Raises ValidationError where no clock counts from it."""
        day = super().to_internal_value(value)
        _check(day)
        return day


@extend_schema_field({"type": "string", "pattern": r"^\d\d:\d\d(:\d\d)?$", "example": "12:30"})
class HourField(serializers.TimeField):
    """A time of day by the clocks of the space: without a zone, which `format: time` asks for."""


class MomentIn(serializers.DateTimeField):
    """A moment in a request."""

    def enforce_timezone(self, value: dt.datetime) -> dt.datetime:
        """Return the moment in a zone. Raises ValidationError where no clock counts from it."""
        _check(value.date())
        return super().enforce_timezone(value)


def _check(day: dt.date) -> None:
    try:
        check_countable(day)
    except ValidationError as error:
        raise serializers.ValidationError(error.messages) from error
