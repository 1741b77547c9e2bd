"""Effects of each kind of operation on users of a table: rules for a migration's steps.

A space is migrated while it is in use, by code of the previous release. So no step may block users
for longer than a moment, or reject or misread the writes of that code.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.db import connections, models
from django.db.migrations import operations
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models.expressions import Value
from django.db.models.functions import Now

from tenants.spaces.database.upkeep import statements
from tenants.spaces.database.upkeep.statements import Dropped

# Tables in public with a few rows for each space at the most: an index is made in a moment.
SMALL = frozenset(
    {
        "console_operator",
        "placements_price",
        "placements_pricelist",
        "spaces_archive",
        "spaces_blueprint",
        "spaces_change",
        "spaces_company",
        "spaces_domain",
        "spaces_domainclaim",
        "spaces_emaildomain",
        "spaces_emaildomainclaim",
        "spaces_gate",
        "spaces_inspection",
        "spaces_site",
        "spaces_tenant",
        "spaces_spaceoperation",
    }
)


@dataclass
class Step:
    """The context of an operation: the states around it, and the migration's changes so far."""

    app: str
    before: ProjectState
    after: ProjectState
    is_shared: bool
    is_contract: bool  # names the expand migration that made it safe
    retired: set[Dropped] = field(default_factory=set)  # fields removed by the expand migration
    new_models: set[str] = field(default_factory=set)
    new_fields: dict[str, set[str]] = field(default_factory=dict)
    loosened: list[models.BaseConstraint] = field(default_factory=list)  # taken off a table

    def is_new(self, model: str) -> bool:
        """Return True if the migration itself created the model: its table is not in use yet."""
        return model.lower() in self.new_models

    def is_large(self, model: str) -> bool:
        """Return True if its table holds the rows of many spaces."""
        return self.is_large_table(self.table(model)) and not self.is_new(model)

    def is_large_table(self, table: str) -> bool:
        """Return True if a table existed before and holds the rows of many spaces."""
        new = {self.table(model) for model in self.new_models}
        return self.is_shared and table not in SMALL | new

    def table(self, model: str) -> str:
        """Return the name of a model's table."""
        options = self.after.models[self.app, model.lower()].options
        return str(options.get("db_table") or f"{self.app}_{model.lower()}")

    def is_over_new_fields(self, model: str, named: set[str]) -> bool:
        """Return True if this migration added all of these columns, empty in the old code."""
        return bool(named) and named <= self.new_fields.get(model.lower(), set())


type Found = Iterator[str]

LATER = "do it in a later release, as the contract step of this one"


def _add_field(operation: operations.AddField, step: Step) -> Found:
    added: Any = operation.field
    if step.is_new(operation.model_name) or added.many_to_many:
        return
    if not added.null and not added.has_db_default():
        yield "the old code inserts no value: let it be NULL or give it a db_default"
    if added.generated or (added.has_db_default() and not _is_steady(added.db_default)):
        yield "a value that differs from row to row rewrites the table"
    if (added.unique or added.db_index) and step.is_large(operation.model_name):
        yield "its index stops all writers: db_index=False, then AddIndexConcurrently"
    if added.unique and not added.null:
        yield "a second row of the old code would have the same value: unique needs null=True"


def _is_steady(default: Any) -> bool:
    return not hasattr(default, "resolve_expression") or isinstance(default, Value | Now)


def _alter_field(operation: operations.AlterField, step: Step) -> Found:
    if step.is_new(operation.model_name):
        return
    old = _bound(step.before, step.app, operation)
    new = _bound(step.after, step.app, operation)
    if old.many_to_many:
        return
    yield from _retyped(old, new, step)
    if old.null and not new.null:
        yield from _made_not_null(operation, step)
    yield from _made_strict(old, new, step)
    indexed = (new.unique, new.db_index) != (old.unique, old.db_index)
    if indexed and (new.unique or new.db_index) and step.is_large(operation.model_name):
        yield "its index stops all writers: AddIndexConcurrently"


def _made_strict(old: Any, new: Any, step: Step) -> Found:
    if step.is_contract:
        return
    if old.has_db_default() and not new.has_db_default():
        yield f"the old code counts on the default: {LATER}"
    if new.unique and not old.unique:
        yield f"unique may refuse what the old code writes: {LATER}"


def _bound(state: ProjectState, app: str, operation: operations.AlterField) -> Any:
    return state.apps.all_models[app][operation.model_name_lower]._meta.get_field(operation.name)


def _retyped(old: Any, new: Any, step: Step) -> Found:
    connection = connections["default"]
    before, after = old.db_type(connection), new.db_type(connection)
    if after in {before, "text"} and before.startswith(("varchar", after)):
        return
    if before.startswith("varchar(") and after.startswith("varchar("):
        if new.max_length < old.max_length and not step.is_contract:
            yield f"{after} refuses what the old code writes into {before}: {LATER}"
        return
    yield f"from {before} to {after} rewrites the table: add another column and fill it"


def _made_not_null(operation: operations.AlterField, step: Step) -> Found:
    if not step.is_contract:
        yield f"NOT NULL refuses what the old code writes: {LATER}"
    checked = any(
        isinstance(constraint, models.CheckConstraint)
        and constraint.condition == models.Q((f"{operation.name}__isnull", False))
        for constraint in step.before.models[step.app, operation.model_name.lower()].options.get(
            "constraints", []
        )
    )
    if step.is_large(operation.model_name) and not checked:
        yield "SET NOT NULL reads the whole table: validate a CHECK (… IS NOT NULL) before"


def _add_index(operation: operations.AddIndex, step: Step) -> Found:
    concurrent = isinstance(operation, AddIndexConcurrently)
    if step.is_large(operation.model_name) and not concurrent:
        yield "an index on a large table stops all writers: AddIndexConcurrently"


def _add_constraint(operation: operations.AddConstraint, step: Step) -> Found:
    model, constraint = operation.model_name, operation.constraint
    if step.is_new(model):
        return
    yet_unused = step.is_over_new_fields(model, _fields_of(constraint))
    if not step.is_contract and not yet_unused and not _is_wider(constraint, step):
        yield f"it may refuse what the old code writes: {LATER}"
    if step.is_large(model) and not isinstance(operation, AddConstraintNotValid):
        yield "it reads every row while others wait: AddConstraintNotValid, then ValidateConstraint"


def _is_wider(constraint: models.BaseConstraint, step: Step) -> bool:
    """Return True if it allows more values of a column than a removed constraint."""
    allowed = _values_of(constraint)
    return any(known < allowed for known in map(_values_of, step.loosened) if known)


def _values_of(constraint: models.BaseConstraint) -> set[tuple[str, object]]:
    """Return the values of a column that a constraint allows, if it is a plain `IN` condition."""
    condition = getattr(constraint, "condition", None)
    if not isinstance(condition, models.Q) or condition.negated or len(condition.children) != 1:
        return set()
    child = condition.children[0]
    if not isinstance(child, tuple) or not str(child[0]).endswith("__in"):
        return set()
    return {(str(child[0]), value) for value in child[1]}


def _fields_of(constraint: models.BaseConstraint) -> set[str]:
    """Return a check constraint's columns; empty for a unique constraint: defaults may repeat."""
    if isinstance(constraint, models.CheckConstraint):
        condition = constraint.condition
        return set(_names_in(condition)) if isinstance(condition, models.Q) else set()
    return set()


def _names_in(condition: models.Q) -> Iterator[str]:
    for child in condition.children:
        if isinstance(child, models.Q):
            yield from _names_in(child)
        elif isinstance(child, tuple):
            yield str(child[0]).partition("__")[0]


def _together(operation: operations.AlterUniqueTogether, step: Step) -> Found:
    if not step.is_new(operation.name) and operation.option_value and not step.is_contract:
        yield f"unique_together may refuse what the old code writes: {LATER}"
    if operation.option_value and step.is_large(operation.name):
        yield "its index stops all writers"


def _taken(_operation: Operation, _step: Step) -> Found:
    yield (
        "the old code still uses it: take it out of the code first (SeparateDatabaseAndState with"
        " state_operations), and drop it in a later release by RunSQL, as contract step of that"
    )


def _renamed(_operation: Operation, _step: Step) -> Found:
    yield "the old code still says the old name: add the new one and keep both filled"


def _run_sql(operation: operations.RunSQL, step: Step) -> Found:
    for statement in statements.statements_of(operation):
        yield from statements.blocking(statement)
        if not step.is_contract and not _is_about_new(statement, step):
            yield from (f"{fault}: {LATER}" for fault in statements.for_later(statement))
        table = statements.indexed(statement) or statements.validated(statement)
        if table and step.is_large_table(table):
            yield f"{table} is large: CONCURRENTLY, or NOT VALID and VALIDATE"
        for gone in statements.dropped(statement):
            if gone not in step.retired:
                yield from _taken(operation, step)


def _is_about_new(statement: str, step: Step) -> bool:
    table = statements.altered(statement) or statements.indexed(statement)
    return table in {step.table(model) for model in step.new_models}


RULES: dict[type[Operation], Callable[[Any, Step], Found]] = {
    operations.AddField: _add_field,
    operations.AlterField: _alter_field,
    operations.AddIndex: _add_index,
    operations.AddConstraint: _add_constraint,
    operations.AlterUniqueTogether: _together,
    operations.RemoveField: _taken,
    operations.DeleteModel: _taken,
    operations.RenameField: _renamed,
    operations.RenameModel: _renamed,
    operations.AlterModelTable: _renamed,
    operations.RunSQL: _run_sql,
}


def check(operation: Operation, step: Step) -> Found:
    """Yield an operation's effects on current users."""
    for kind, rule in RULES.items():
        if isinstance(operation, kind):
            yield from rule(operation, step)
