"""The table of a machine: `{state: {trigger: state}}`."""

from collections.abc import Mapping

from django.db.models import TextChoices

type Table[State: TextChoices] = Mapping[State, Mapping[str, State]]
