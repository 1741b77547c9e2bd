"""Migrations that make a new model without rendering all that hang together with it again.

Django keeps model classes while it migrates, and renders anew, for each table that is made, every
model that is reached from it over any number of keys. Whatever points at a person is reached from
all the others: with 180 models 20,000 renderings, nine tenths of the time of an empty database.
A model that was not there before changes no other class: what points back at it is added to the
class that is there.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

from django.db.migrations.state import ModelState, ProjectState


@contextlib.contextmanager
def rendered_alone() -> Iterator[None]:
    """Let migrations render a model that they add alone, and one that gets a field with those near.

    Near is what it points at and what points at it or at those: as far as Django itself goes for
    a field that is no key. Code of a migration has everything rendered anew, as ever.
    """
    add_model, add_field = ProjectState.add_model, ProjectState.add_field

    def add_alone(state: ProjectState, model: ModelState) -> None:
        classes = state.__dict__.pop("apps", None)  # without them Django renders nothing
        add_model(state, model)
        if classes is not None:
            state.__dict__["apps"] = classes
            classes.render_multiple([model])

    def add_field_near(
        state: ProjectState, app: str, model: str, *field: Any, **options: Any
    ) -> None:
        classes = state.__dict__.pop("apps", None)
        add_field(state, app, model, *field, **options)
        if classes is not None:
            state.__dict__["apps"] = classes
            state.reload_model(app, model, delay=True)

    ProjectState.add_model = add_alone  # type: ignore[assignment, method-assign]
    ProjectState.add_field = add_field_near  # type: ignore[assignment, method-assign]
    try:
        yield
    finally:
        ProjectState.add_model = add_model  # type: ignore[method-assign]
        ProjectState.add_field = add_field  # type: ignore[method-assign]
