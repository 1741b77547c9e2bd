"""Filters and orders of SCIM as conditions of Django: named attributes only, values as data."""

import datetime as dt
from typing import Any

from django.db.models import F, Q
from django.db.models.expressions import OrderBy
from scim2_models import InvalidFilterException, InvalidPathException
from scim2_models.path import (
    AttrPath,
    CompareOperator,
    Comparison,
    FilterNode,
    LogicalExpr,
    LogicalOperator,
    Not,
    Present,
)

LONGEST, MOST = 1000, 200
# Attributes that a list of people is filtered and sorted by.
COLUMNS = {
    "id": "reference",
    "username": "email",
    "emails": "email",
    "emails.value": "email",
    "externalid": "external_id",
    "name.givenname": "first_name",
    "name.familyname": "last_name",
    "preferredlanguage": "language",
    "active": "is_active",
    "meta.created": "created_at",
    "meta.lastmodified": "changed_at",
}
# Columns compared with regard to case (RFC 7643, `caseExact`).
_EXACT = {"reference", "external_id"}
_MOMENTS = {"created_at", "changed_at"}
_LOOKUPS = {
    CompareOperator.co: "contains",
    CompareOperator.sw: "startswith",
    CompareOperator.ew: "endswith",
    CompareOperator.gt: "gt",
    CompareOperator.ge: "gte",
    CompareOperator.lt: "lt",
    CompareOperator.le: "lte",
}


def condition(scim_filter: Any) -> Q:
    """Return the condition of a filter over people. Raises InvalidFilterException."""
    if scim_filter is None:
        return Q()
    if len(str(scim_filter)) > LONGEST:
        raise InvalidFilterException(detail="The filter is too long.")
    return _condition(scim_filter.ast)


def order(sort_by: Any, *, descending: bool) -> list[OrderBy]:
    """Return the order of people by an attribute, then by their age here."""
    by_age = F("pk").asc()
    if not sort_by:
        return [by_age]
    column = COLUMNS.get(_bare(str(sort_by)))
    if column is None:
        raise InvalidPathException(detail=f"People are not sorted by {sort_by!s}.")
    by_column = F(column).desc(nulls_last=True) if descending else F(column).asc(nulls_first=True)
    return [by_column, by_age]


def _condition(node: FilterNode) -> Q:
    if isinstance(node, LogicalExpr):
        parts = [_condition(term) for term in node.terms]
        joined = parts[0]
        for part in parts[1:]:
            joined = joined & part if node.op is LogicalOperator.and_ else joined | part
        return joined
    if isinstance(node, Not):
        return ~_condition(node.expr)
    if isinstance(node, Present):
        return _is_present(_column(node.attr_path))
    if isinstance(node, Comparison):
        return _comparison(node)
    raise InvalidFilterException(detail="People are not filtered by a selection of values.")


def _comparison(node: Comparison) -> Q:
    column, value = _column(node.attr_path), node.value
    if value is None:
        present = _is_present(column)
        return present if node.op is CompareOperator.ne else ~present
    if column == "is_active":
        return _is_active(node.op, value)
    if not isinstance(value, str):
        raise InvalidFilterException(detail=f"{node.attr_path} is compared with a text.")
    return _is_text(node, column, value if column not in _MOMENTS else _moment(value))


def _moment(written: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(written)
    except ValueError:
        raise InvalidFilterException(detail="A moment is written as in RFC 3339.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _is_text(node: Comparison, column: str, value: Any) -> Q:
    if node.op in {CompareOperator.eq, CompareOperator.ne}:
        equal = Q(**{f"{column}__{_equal(column)}": value})
        return equal if node.op is CompareOperator.eq else ~equal
    lookup = _LOOKUPS[node.op]
    is_text = node.op in {CompareOperator.co, CompareOperator.sw, CompareOperator.ew}
    if is_text and column in _MOMENTS:
        raise InvalidFilterException(detail=f"{node.attr_path} is compared as a moment.")
    prefix = "i" if is_text and column not in _EXACT else ""
    return Q(**{f"{column}__{prefix}{lookup}": value})


def _equal(column: str) -> str:
    return "exact" if column in _EXACT | _MOMENTS else "iexact"


def _is_active(op: CompareOperator, value: Any) -> Q:
    if not isinstance(value, bool) or op not in {CompareOperator.eq, CompareOperator.ne}:
        raise InvalidFilterException(detail="active is compared with true or false.")
    return Q(is_active=value is (op is CompareOperator.eq))


def _is_present(column: str) -> Q:
    is_text = column != "is_active" and column not in _MOMENTS
    return ~Q(**{column: ""}) if is_text else Q(pk__isnull=False)


def _column(path: AttrPath) -> str:
    column = COLUMNS.get(_bare(str(path)))
    if column is None:
        raise InvalidFilterException(detail=f"People are not filtered by {path}.")
    return column


def _bare(name: str) -> str:
    return name.rpartition("User:")[2].lower()
