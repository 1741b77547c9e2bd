"""Refuses migrations that block people or break the release that serves them meanwhile.

A new release expands first: the old code ignores its additions. Objects that the old code needed
are removed in a later release, by a migration that names the migration that removed them from the
code:

    class Migration(migrations.Migration):
        contract_of = ("members", "0007_without_nickname")
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from tenants.spaces.database import fingerprint
from tenants.spaces.database.upkeep import statements
from tenants.spaces.database.upkeep.operations import Step, check
from tenants.spaces.database.upkeep.state import Key
from tenants.spaces.database.upkeep.statements import Dropped, statements_of

# The rules apply to migrations after these. Until the first release no older release serves people:
# a change of a table rewrites its app's migrations, and raises the format of data folders and
# archives (`infra/local/datadir.py`, `tenants/spaces/archives.py`). From the first release on,
# migrations stay as released.
LANDED = {
    "accounts": "0001_initial",
    "billing": "0001_initial",
    "city_services": "0001_initial",
    "classifieds": "0001_initial",
    "console": "0001_initial",
    "conversations": "0001_initial",
    "council": "0001_initial",
    "deals": "0001_initial",
    "gatherings": "0001_initial",
    "geocoding": "0001_initial",
    "integrations": "0001_initial",
    "kiosk": "0001_initial",
    "lending": "0002_lent_classifieds",
    "mediastore": "0001_initial",
    "members": "0001_initial",
    "merchants": "0001_initial",
    "offers": "0001_initial",
    "moderation": "0001_initial",
    "monitoring": "0001_initial",
    "neighbourhood": "0001_initial",
    "notifications": "0001_initial",
    "personal_data": "0001_initial",
    "rides": "0001_initial",
    "search": "0001_initial",
    "treaties": "0001_initial",
    "placements": "0001_initial",
    "spaces": "0001_initial",
    "sso": "0001_initial",
}
OTHERS = ("auth", "contenttypes", "sessions")  # Django's own


class Unsafe(Exception):  # noqa: N818 - a verdict over migrations, told line by line
    """Some migrations would block people or break the code that serves them; nothing was done."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def refuse(loader: MigrationLoader) -> None:
    """Raise Unsafe if a missing migration must not run while people use the product."""
    missing = {key for key in loader.graph.nodes if key not in loader.applied_migrations}
    faults = [*faults_of(loader, missing), *hasty(loader, missing)]
    if faults:
        raise Unsafe(faults)


def faults_of(loader: MigrationLoader, keys: Iterable[Key]) -> list[str]:
    """Return the faults of these migrations, without the exempt early migrations."""
    return [
        f"{app}.{name}: {fault}"
        for app, name in sorted(keys)
        if app not in OTHERS and name > LANDED.get(app, "")
        for fault in _faults(loader, (app, name))
    ]


def hasty(loader: MigrationLoader, missing: set[Key]) -> list[str]:
    """Return the contract steps in the same run as their expand migration."""
    return [
        f"{app}.{name}: comes in a later release than {'.'.join(expand)}; run that one first"
        for app, name in sorted(missing)
        if (expand := contract_of(loader.disk_migrations[app, name])) in missing
    ]


def contract_of(migration: Migration) -> Key | None:
    """Return the expand migration that a migration completes, if it names any."""
    return getattr(migration, "contract_of", None)


def _faults(loader: MigrationLoader, key: Key) -> Iterator[str]:
    migration = loader.graph.nodes[key]
    expand = contract_of(migration)
    if expand is not None and expand not in _before(loader, key):
        yield f"contract_of names {'.'.join(expand)}, which is not among those before it"
        return
    state = loader.project_state(key, at_end=False)
    step = Step(
        app=migration.app_label,
        before=state,
        after=state.clone(),
        is_shared=migration.app_label not in fingerprint.space_labels(),
        is_contract=expand is not None,
        retired=_retired(loader, expand) if expand else set(),
    )
    for operation in migration.operations:
        for fault in _walk(operation, step):
            yield f"{operation.describe()}: {fault}"


def _before(loader: MigrationLoader, key: Key) -> set[Key]:
    return set(loader.graph.forwards_plan(key)) - {key}


def _walk(operation: Operation, step: Step) -> Iterator[str]:
    """Check an operation's effects in the database, then advance the state behind it."""
    for done in _in_database(operation):
        step.after = step.before.clone()
        done.state_forwards(step.app, step.after)
        yield from check(done, step)
        _note_new(done, step)
    if isinstance(operation, operations.SeparateDatabaseAndState):
        yield from _required_leftovers(operation, step)
    step.before = step.before.clone()
    operation.state_forwards(step.app, step.before)


def _in_database(operation: Operation) -> list[Operation]:
    if isinstance(operation, operations.SeparateDatabaseAndState):
        return [done for inner in operation.database_operations for done in _in_database(inner)]
    return [operation]


def _required_leftovers(
    operation: operations.SeparateDatabaseAndState, step: Step
) -> Iterator[str]:
    """Return the required columns that leave the code but stay in the table without a default."""
    loosened = {
        column
        for done in _in_database(operation)
        if isinstance(done, operations.RunSQL)
        for statement in statements_of(done)
        for column in statements.loosened(statement)
    }
    for change in operation.state_operations:
        if isinstance(change, operations.RemoveField):
            model = step.before.apps.all_models[step.app][change.model_name_lower]
            field: Any = model._meta.get_field(change.name)
            wants = bool(field.column) and not field.null and not field.has_db_default()
            if wants and field.column not in loosened:
                yield f"the new code inserts nothing into {field.column}: DROP NOT NULL with it"


def _note_new(operation: Operation, step: Step) -> None:
    if isinstance(operation, operations.CreateModel):
        step.new_models.add(operation.name_lower)
    if isinstance(operation, operations.AddField):
        step.new_fields.setdefault(operation.model_name_lower, set()).add(operation.name)
    if isinstance(operation, operations.RemoveConstraint):
        step.loosened.append(_constraint_of(operation, step))


def _constraint_of(operation: operations.RemoveConstraint, step: Step) -> models.BaseConstraint:
    known: list[models.BaseConstraint] = step.before.models[
        step.app, operation.model_name_lower
    ].options["constraints"]
    return next(found for found in known if found.name == operation.name)


def _retired(loader: MigrationLoader, expand: Key) -> set[Dropped]:
    """Return the columns and tables that a migration took out of the code, and left standing."""
    migration = loader.graph.nodes[expand]
    state = loader.project_state(expand, at_end=False)
    gone: set[Dropped] = set()
    for operation in migration.operations:
        if isinstance(operation, operations.SeparateDatabaseAndState):
            for change in operation.state_operations:
                gone |= _dropped_by(change, migration.app_label, state)
        operation.state_forwards(migration.app_label, state)
    return gone


def _dropped_by(operation: Operation, app: str, state: ProjectState) -> set[Dropped]:
    if isinstance(operation, operations.RemoveField):
        model = state.apps.all_models[app][operation.model_name_lower]
        field: Any = model._meta.get_field(operation.name)
        return {Dropped(model._meta.db_table, str(field.column))}
    if isinstance(operation, operations.DeleteModel):
        return {Dropped(state.apps.all_models[app][operation.name_lower]._meta.db_table, "")}
    return set()
