"""The checks of a table, asked of PostgreSQL in one statement instead of one for each."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, override

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, models

type OfTable = tuple[type[models.Model], Sequence[models.BaseConstraint]]


class CheckConstraints(models.CheckConstraint):
    """Checks of one table that mostly all hold; only where they do not each is asked for itself.

    It stands in no table: a row is compared with it before it is written, so that who sent it reads
    a sentence, and a row with nine checks costs one statement.
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
        """Compare a row with all checks, of which those of an excluded column are not meant.

        Raises ValidationError with the sentence of each check that does not hold.
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
    """Join the checks of each table to one, first, and leave its other constraints as they are."""
    return [(model, _joined(model)) for model, _constraints in tables]


@cache
def _joined(model: Any) -> list[models.BaseConstraint]:
    constraints = model._meta.constraints
    checks = [one for one in constraints if type(one) is models.CheckConstraint]
    others = [one for one in constraints if type(one) is not models.CheckConstraint]
    return [CheckConstraints(checks), *others] if checks else others
