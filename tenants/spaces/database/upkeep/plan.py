"""Migration plan of a group of spaces, computed once, on a template in the same state."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections, transaction
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations import SeparateDatabaseAndState
from django.db.migrations.operations.base import Operation
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState

from tenants.spaces.database import birth, blueprint, fingerprint, new_models, tables
from tenants.spaces.database.upkeep.state import Key


@dataclass
class Replayed:
    """Migrations with the same statements in each space: a single message and transaction."""

    sql: str
    keys: list[Key]


@dataclass
class Executed:
    """A migration that runs code, or runs outside a transaction: executed in each space."""

    migration: Migration
    before: ProjectState

    @property
    def key(self) -> Key:
        """Its app and its name."""
        return _key(self.migration)

    @property
    def may_be_tried_again(self) -> bool:
        """Whether a try that failed has left nothing."""
        return bool(self.migration.atomic)


type Step = Replayed | Executed


def rehearse(have: frozenset[Key], script: str | None, alias: str) -> list[Step]:
    """Bring a template to the spaces' state, migrate it, and return the steps.

    `script` is the blueprint that such a space was created from, or an older blueprint, if any is
    stored. A failure here happens before any space is changed.
    """
    connection: Any = connections[alias]
    with blueprint.template(alias), new_models.rendered_alone():
        before = connection.schema_name
        try:
            _stand_like(have, script, alias)
            return _merged(_bring_up(alias))
        finally:
            connection.set_schema(before)


def _stand_like(have: frozenset[Key], script: str | None, alias: str) -> None:
    connection: Any = connections[alias]
    if script is None:
        connection.set_schema(blueprint.TOKEN, include_public=False)
        tables.make_sequence(blueprint.TOKEN, connection)
        MigrationRecorder(connection).ensure_schema()
    else:
        birth.replay(blueprint.TOKEN, birth.sections_of(script)["tables"], alias)
    connection.set_schema(blueprint.TOKEN)
    if have <= set(MigrationRecorder(connection).applied_migrations()):
        return
    executor = MigrationExecutor(connection)
    everything = executor.migration_plan(executor.loader.graph.leaf_nodes())
    executor.migrate(None, plan=[step for step in everything if _key(step[0]) in have])


def _bring_up(alias: str) -> Iterator[Step]:
    """Collect the statements of each missing migration, and run exactly those on the template."""
    connection = connections[alias]
    executor = MigrationExecutor(connection)
    loader, labels = executor.loader, fingerprint.space_labels()
    targets = [key for key in loader.graph.leaf_nodes() if key[0] in labels]
    state = _state_below(targets, executor)
    _ = state.apps  # rendered here once, then copied, instead of before and after each step
    for migration, _backwards in executor.migration_plan(targets):
        if _is_sql(migration):
            with connection.schema_editor(collect_sql=True, atomic=True) as editor:
                state = migration.apply(state, editor, collect_sql=True)
            step = Replayed(_statements(editor), [*migration.replaces, _key(migration)])
            with transaction.atomic(using=alias), connection.cursor() as cursor:
                cursor.execute(f"{step.sql}\n{rows_of(step.keys)}")
            yield step
        else:
            yield Executed(migration, state.clone())
            state = executor.apply_migration(state, migration)


def _statements(editor: Any) -> str:
    return "\n".join(line for line in editor.collected_sql if not line.startswith("--"))


def _state_below(targets: list[Key], executor: MigrationExecutor) -> ProjectState:
    """Return the models that these migrations build on, in the executor's current state.

    Models of the public schema alone are left out: half of all models, never changed here.
    """
    graph, have = executor.loader.graph, executor.loader.applied_migrations
    below = dict.fromkeys(key for target in targets for key in graph.forwards_plan(target))
    return executor.loader.project_state([key for key in below if key in have])


def rows_of(keys: list[Key]) -> str:
    """Write the statement that notes migrations as done, each at most once."""
    values = ", ".join(f"('{app}', '{name}')" for app, name in keys)
    return (
        "INSERT INTO django_migrations (app, name, applied)"  # noqa: S608 - names of migrations
        f" SELECT app, name, now() FROM (VALUES {values}) AS new (app, name)"
        " WHERE (app, name) NOT IN (SELECT app, name FROM django_migrations);"
    )


def _merged(steps: Iterator[Step]) -> list[Step]:
    """Merge consecutive replayed steps into a single message."""
    merged: list[Step] = []
    for step in steps:
        last = merged[-1] if merged else None
        if isinstance(step, Replayed) and isinstance(last, Replayed):
            merged[-1] = Replayed(f"{last.sql}\n{step.sql}", last.keys + step.keys)
        else:
            merged.append(step)
    return merged


def _is_sql(migration: Migration) -> bool:
    return bool(migration.atomic) and all(
        operation.reduces_to_sql for operation in _flat(migration.operations)
    )


def _flat(operations: Sequence[Operation]) -> Iterator[Operation]:
    for operation in operations:
        yield operation
        if isinstance(operation, SeparateDatabaseAndState):
            yield from _flat(operation.database_operations)


def _key(migration: Migration) -> Key:
    return migration.app_label, migration.name
