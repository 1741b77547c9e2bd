"""Migrations that create a model without rendering all related models again.

Django keeps model classes while it migrates. For each new table it renders every model reachable
from it over any number of foreign keys. A model with a key to a person is reachable from all the
others: with 180 models this takes 20,000 renderings, nine tenths of the time for an empty database.
A new model changes no other class: its reverse relations are added to the existing classes.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

from django.db.migrations.state import ModelState, ProjectState


@contextlib.contextmanager
def rendered_alone() -> Iterator[None]:
    """Make migrations render a single model when they add it, or a field of it.

    A constraint or an index changes no class used to write the schema's statements, and relations
    are found by names: models with a relation to the old class need no new class. Code of a
    migration still has everything rendered again.
    """
    add_model, add_field = ProjectState.add_model, ProjectState.add_field
    append_option = ProjectState._append_option  # type: ignore[attr-defined]  # noqa: SLF001

    def add_alone(state: ProjectState, model: ModelState) -> None:
        with _classes_kept(state) as classes:
            add_model(state, model)
        if classes is not None:
            classes.render_multiple([model])

    def add_field_alone(
        state: ProjectState, app: str, model: str, *field: Any, **options: Any
    ) -> None:
        with _classes_kept(state) as classes:
            add_field(state, app, model, *field, **options)
        if classes is not None:
            state.is_delayed = True
            state._reload({(app, model)})  # type: ignore[attr-defined]  # noqa: SLF001

    def append_silently(state: ProjectState, *option: Any) -> None:
        with _classes_kept(state):
            append_option(state, *option)
        state.is_delayed = True

    ProjectState.add_model = add_alone  # type: ignore[assignment, method-assign]
    ProjectState.add_field = add_field_alone  # type: ignore[assignment, method-assign]
    ProjectState._append_option = append_silently  # type: ignore[attr-defined]  # noqa: SLF001
    try:
        yield
    finally:
        ProjectState.add_model = add_model  # type: ignore[method-assign]
        ProjectState.add_field = add_field  # type: ignore[method-assign]
        ProjectState._append_option = append_option  # type: ignore[attr-defined]  # noqa: SLF001


@contextlib.contextmanager
def _classes_kept(state: ProjectState) -> Iterator[Any]:
    """Take a state's classes away for a while: without them Django renders nothing."""
    classes = state.__dict__.pop("apps", None)
    yield classes
    if classes is not None:
        state.__dict__["apps"] = classes
