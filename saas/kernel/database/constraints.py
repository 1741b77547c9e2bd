"""The check constraints of a table, evaluated by PostgreSQL in a single statement."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, override

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, models

type OfTable = tuple[type[models.Model], Sequence[models.BaseConstraint]]


class CheckConstraints(models.CheckConstraint):
    """All check constraints of a table; each is evaluated separately only if some check fails.

    It is not in the database: it validates a row before the write, so that the sender gets an error
    message, and a row with nine checks costs a single statement.
    """

    def __init__(self, checks: Sequence[models.CheckConstraint]) -> None:
        super().__init__(condition=models.Q(*(check.condition for check in checks)), name="checks")
        self.checks = checks

    @override
    def validate(
        self,
        model: type[models.Model],
        instance: models.Model,
        exclude: set[str] | None = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        """Validate a row against all checks, except those on excluded columns.

        Raises ValidationError with the message of each failed check.
        """
        if not exclude:
            try:
                return super().validate(model, instance, exclude, using)
            except ValidationError:
                pass
        broken = []
        for check in self.checks:
            try:
                check.validate(model, instance, exclude, using)
            except ValidationError as error:
                broken.append(error)
        if broken:
            raise ValidationError(broken)
        return None


def at_once(tables: Iterable[OfTable]) -> list[OfTable]:
    """Combine the checks of each table into a first constraint; leave its other constraints."""
    return [(model, _joined(model)) for model, _constraints in tables]


@cache
def _joined(model: Any) -> list[models.BaseConstraint]:
    constraints = model._meta.constraints
    checks = [one for one in constraints if type(one) is models.CheckConstraint]
    others = [one for one in constraints if type(one) is not models.CheckConstraint]
    return [CheckConstraints(checks), *others] if checks else others
