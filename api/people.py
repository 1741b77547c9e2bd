"""Colleagues as resources name them."""

from typing import Any

from rest_framework import serializers


class Author(serializers.Serializer[Any]):
    """A colleague as others see them."""

    reference = serializers.CharField()
    name = serializers.CharField(source="short_name")
    company = serializers.CharField()
