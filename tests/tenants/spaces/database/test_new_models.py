"""A new model is rendered alone, with the same result as all models together."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pytest
from django.db import models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState, StateApps

from tenants.spaces.database import new_models

PERSON = "people.Person"


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record the names of the rendered models, in order."""
    names: list[str] = []
    render = ModelState.render

    def noting(state: ModelState, apps: StateApps) -> Any:
        names.append(state.name)
        return render(state, apps)

    monkeypatch.setattr(ModelState, "render", noting)
    return names


def model(name: str, *fields: str) -> ModelState:
    keys = [(field, models.ForeignKey(PERSON, models.CASCADE)) for field in fields]
    return ModelState("people", name, [("id", models.AutoField(primary_key=True)), *keys])


@pytest.mark.parametrize(
    ("how", "expected"),
    [(new_models.rendered_alone, ["Letter"]), (nullcontext, ["Letter", "Parcel", "Person"])],
)
def test_a_model_that_points_at_a_person_renders_nobody_else_again(
    rendered: list[str], how: Callable[[], AbstractContextManager[None]], expected: list[str]
) -> None:
    state = ProjectState()
    state.add_model(model("Person"))
    state.add_model(model("Parcel", "owner"))
    assert len(state.apps.get_models()) == 2
    rendered.clear()

    with how():
        state.add_model(model("Letter", "writer"))

    assert sorted(rendered) == expected
    person = state.apps.get_model(PERSON)
    assert {relation.name for relation in person._meta.related_objects} == {"letter", "parcel"}


def test_added_key_renders_its_model_alone_and_code_has_all_anew(rendered: list[str]) -> None:
    state = ProjectState()
    for name, target in (("Parcel", ""), ("Letter", ""), ("Stamp", "Letter"), ("Mark", "Stamp")):
        state.add_model(model(name))
        if target:
            key = models.ForeignKey(f"people.{target}", models.CASCADE)
            state.add_field("people", name.lower(), target.lower(), key, preserve_default=True)
    assert len(state.apps.get_models()) == 4
    rendered.clear()

    with new_models.rendered_alone():
        key = models.ForeignKey("people.Letter", models.CASCADE)
        state.add_field("people", "parcel", "letter", key, preserve_default=True)
        unique = models.UniqueConstraint(fields=["letter"], name="one parcel for each letter")
        state.add_constraint("people", "parcel", unique)

    assert rendered == ["Parcel"]
    letter = state.apps.get_model("people.Letter")
    assert {relation.name for relation in letter._meta.related_objects} == {"parcel", "stamp"}
    state.clear_delayed_apps_cache()  # as Django does before code of a migration runs
    assert len(state.apps.get_models()) == 4
    assert len(rendered) == 5
    assert state.apps.get_model("people.Parcel")._meta.constraints == [unique]


def seen(state: ProjectState) -> Iterator[tuple[str, str, str]]:
    for found in state.apps.get_models():
        for field in found._meta.get_fields(include_hidden=True):
            target = field.related_model
            yield (
                found._meta.label,
                field.name,
                getattr(getattr(target, "_meta", None), "label", ""),
            )


def plan_of(loader: MigrationLoader) -> Iterator[tuple[str, str]]:
    """The migrations in their order, each once."""
    plans = (loader.graph.forwards_plan(leaf) for leaf in loader.graph.leaf_nodes())
    yield from dict.fromkeys(key for plan in plans for key in plan)


def test_migrations_end_where_django_leads_them() -> None:
    loader = MigrationLoader(None)
    state = ProjectState()
    assert not state.apps.get_models()
    with new_models.rendered_alone():
        for key in plan_of(loader):
            state = loader.graph.nodes[key].mutate_state(state, preserve=False)

    assert set(seen(state)) == set(seen(loader.project_state()))
