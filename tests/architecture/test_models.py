"""Keys stay in their room, money is whole cents, and constraints are sentences."""

import datetime as dt
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models

from saas.kernel.models import SpaceModel

OURS = [
    config
    for config in apps.get_app_configs()
    if config.name.startswith(("saas.", "tenants.", "billing"))
]
COMMUNITY = "tenants.community."
MONEY = ("price", "amount", "cost", "fee", "share_of", "net", "gross", "vat")


def our_models() -> list[type[models.Model]]:
    return [model for config in OURS for model in config.get_models() if model._meta.managed]


def room_of(model: type[models.Model]) -> str:
    return apps.get_app_config(model._meta.app_label).name


def keys() -> list[models.ForeignKey[Any, Any]]:
    return [
        field
        for model in our_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
    ]


def test_no_key_goes_sideways_between_rooms_of_the_community() -> None:
    sideways = [
        str(key)
        for key in keys()
        if room_of(key.model).startswith(COMMUNITY)
        and room_of(key.related_model).startswith(COMMUNITY)
        and room_of(key.model) != room_of(key.related_model)
    ]
    assert not sideways


def test_a_key_that_leaves_its_room_leaves_no_name_there() -> None:
    named = [
        str(key)
        for key in keys()
        if room_of(key.model) != room_of(key.related_model) and not key.remote_field.hidden
    ]
    assert not [name for name in named if name != "placements.Campaign.merchant"]


def test_each_model_of_a_space_guards_its_rows() -> None:
    unguarded = [
        model._meta.label
        for model in our_models()
        if room_of(model) in settings.TENANT_APPS and not issubclass(model, SpaceModel)
    ]
    assert not unguarded


def test_money_is_whole_cents() -> None:
    wrong = [
        str(field)
        for model in our_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.FloatField)
        or (isinstance(field, models.DecimalField) and field.name not in {"latitude", "longitude"})
        or (
            isinstance(field, models.Field)
            and field.name.split("_")[0] in MONEY
            and isinstance(field, models.IntegerField)
            and not field.name.endswith(("_cents", "_bp"))
        )
    ]
    assert not wrong


def test_a_constraint_is_named_by_a_sentence() -> None:
    cryptic = [
        f"{model._meta.label}: {constraint.name}"
        for model in our_models()
        for constraint in model._meta.constraints
        if len(constraint.name.split("_")) < 4
    ]
    assert not cryptic


# Identifiers of the code, which no reader looks up alphabetically.
SORTED_BY_BYTES = {"monitoring.ScheduledJob"}


def test_names_stand_in_the_order_in_which_a_reader_looks_for_them() -> None:
    by_bytes = {
        model._meta.label
        for model in our_models()
        if {"name", "title", "first_name", "last_name"}
        & {str(part).lstrip("-") for part in model._meta.ordering or ()}
    }
    assert by_bytes == SORTED_BY_BYTES


def test_no_default_is_a_moment_written_in_the_code() -> None:
    """Django takes it for the time of the import, and warns while the clock is near it."""
    fixed = [
        str(field)
        for model in our_models()
        for field in model._meta.concrete_fields
        if isinstance(field.default, dt.date | dt.time)
    ]
    assert not fixed
