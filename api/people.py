"""Colleagues as resources name them."""

from typing import Any

from rest_framework import serializers


class Named(serializers.Serializer[Any]):
    """A person by name alone, including a former member."""

    reference = serializers.CharField()
    name = serializers.CharField(source="short_name")


class Author(Named):
    """A colleague as others see them."""

    company = serializers.CharField()
