"""Parameters that each request may carry, checked name by name before anything happens."""

import datetime as dt
import json
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from infra.stripe_simulator import currencies
from infra.stripe_simulator.errors import (
    JSON,
    ParameterError,
    invalid_integer,
    missing_parameter,
    unknown_parameter,
)

# A line per endpoint. A node is a type's name, or an object with the keys `of` (fields) with `must`
# (the required fields), `each` (list), `map` (free keys), `one` (choices) or `any`.
TABLE: dict[str, JSON] = json.loads(
    Path(__file__).with_name("parameters.json").read_text(encoding="utf-8")
)
INTEGER = re.compile(r"-?\d+")
MAX_INTEGER = 2**63 - 1


def check(endpoint: str, given: JSON, *, v2: bool) -> JSON:
    """Return the parameters with their types. Raises ParameterError for the first misfit."""
    return Reader(v2=v2).fields(TABLE[endpoint], given, "")


class Reader:
    """A reader of values as the v1 API (all text) or the v2 API (typed) sends them."""

    def __init__(self, *, v2: bool) -> None:
        self.v2 = v2
        self.scalars: dict[str, Callable[[object, str], Any]] = {
            "string": self.text,
            "integer": self.integer,
            "boolean": self.boolean,
            "decimal": self.decimal,
            "number": self.decimal,
            "date-time": self.moment,
        }

    def node(self, node: Any, value: object, path: str) -> Any:
        """Return a value read by its node of the table."""
        if isinstance(node, str):
            return self.scalar(node, value, path)
        if value is None and self.v2:
            return None
        for word, read in (
            ("any", self.either),
            ("of", self.fields),
            ("map", self.free),
            ("each", self.items),
        ):
            if word in node:
                return read(node, value, path)
        return self.choice(node, value, path)

    def scalar(self, node: str, value: object, path: str) -> Any:
        """Read a single value: text, number, yes or no, moment."""
        kind, _, limit = node.partition(":")
        if kind == "anything" or (value is None and self.v2):
            return value
        read = self.scalars[kind](value, path)
        if limit and len(read) > int(limit):
            raise ParameterError(
                f"Invalid string: {read[:20]}…; must be at most {limit} characters", param=path
            )
        if path == "currency" or path.endswith("[currency]"):
            _check_currency(read, path)
        return read

    def fields(self, node: JSON, value: object, path: str) -> JSON:
        """Return an object with named fields."""
        if not isinstance(value, dict):
            raise ParameterError(f"Invalid object: {value!r}", param=path)
        known = node["of"]
        for name in value:
            if name not in known:
                raise unknown_parameter(_inside(path, name))
        for name in node.get("must", ()):
            if value.get(name) is None:
                raise missing_parameter(_inside(path, name))
        return {
            name: self.node(known[name], item, _inside(path, name)) for name, item in value.items()
        }

    def free(self, node: JSON, value: object, path: str) -> JSON:
        """Read an object with free keys; empty text removes all of them."""
        if value == "":
            return {}
        if not isinstance(value, dict):
            raise ParameterError(f"Invalid object: {value!r}", param=path)
        if path.endswith("metadata"):
            _check_metadata(value, path)
        return {
            key: "" if item == "" else self.node(node["map"], item, _inside(path, key))
            for key, item in value.items()
        }

    def items(self, node: JSON, value: object, path: str) -> list[Any]:
        """Read a list, in the order of its places."""
        if isinstance(value, dict):
            value = [item for _, item in sorted(value.items(), key=_place)]
        if value == "":
            return []
        if not isinstance(value, list):
            if self.v2:
                raise ParameterError("Invalid array", param=path)
            value = [value]
        return [
            self.node(node["each"], item, f"{path}[{place}]") for place, item in enumerate(value)
        ]

    def either(self, node: JSON, value: object, path: str) -> Any:
        """Return a value with several possible shapes."""
        refusal: ParameterError | None = None
        for option in sorted(node["any"], key=lambda option: not _fits(option, value)):
            try:
                return self.node(option, value, path)
            except ParameterError as error:
                refusal = refusal or error
        raise refusal or ParameterError("Invalid value", param=path)

    def choice(self, node: JSON, value: object, path: str) -> str:
        """Return a value from the endpoint's list of choices."""
        if isinstance(value, str) and value in node["one"]:
            return value
        if value == "":
            raise _empty(path)
        *most, last = node["one"]
        known = f"one of {', '.join(most)}, or {last}" if most else last or "empty"
        raise ParameterError(f"Invalid {path}: must be {known}", param=path)

    def text(self, value: object, path: str) -> str:
        """Read text; emptiness would mean to unset something that cannot be unset."""
        if not isinstance(value, str):
            raise ParameterError(f"Invalid string: {value}", param=path)
        if not value and not self.v2:
            raise _empty(path)
        return value

    def integer(self, value: object, path: str) -> int:
        """Read a whole number, written without sign, point or exponent."""
        if self.v2 and type(value) is int:
            return value
        if self.v2 or not isinstance(value, str) or not INTEGER.fullmatch(value):
            raise invalid_integer(value, path)
        number = int(value)
        if abs(number) > MAX_INTEGER:
            raise invalid_integer(value, path)
        return number

    def boolean(self, value: object, path: str) -> bool:
        """Read yes or no."""
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value in {"true", "false"}:
            return value == "true"
        raise ParameterError(f"Invalid boolean: {value}", param=path)

    def decimal(self, value: object, path: str) -> str:
        """Read a decimal number and keep it as text, exact."""
        try:
            return str(Decimal(str(value)))
        except InvalidOperation as error:
            raise ParameterError(f"Invalid decimal: {value}", param=path) from error

    def moment(self, value: object, path: str) -> str:
        """Read a moment in ISO 8601."""
        try:
            dt.datetime.fromisoformat(str(value))
        except ValueError as error:
            raise ParameterError(f"Invalid timestamp: {value}", param=path) from error
        return str(value)


def _inside(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name


def _place(item: tuple[str, object]) -> int:
    return int(item[0]) if item[0].isdigit() else MAX_INTEGER


def _fits(option: Any, value: object) -> bool:
    """Return True if an alternative has the value's shape, to try it first."""
    if isinstance(option, str):
        return isinstance(value, (str, int, bool))
    if isinstance(value, dict):
        return "of" in option or "map" in option
    if isinstance(value, list):
        return "each" in option
    return "one" in option and value in option["one"]


def _check_currency(name: str, path: str) -> None:
    if name.lower() not in currencies.KNOWN:
        known = ", ".join(currencies.KNOWN)
        raise ParameterError(
            f"Invalid currency: {name}. Stripe currently supports these currencies: {known}",
            param=path,
        )


def _empty(path: str) -> ParameterError:
    return ParameterError(
        f"You passed an empty string for '{path}'. We assume empty values are an attempt to unset "
        f"a parameter; however '{path}' cannot be unset. You should remove '{path}' from your "
        "request or supply a non-empty value.",
        param=path,
        code="parameter_invalid_empty",
    )


def _check_metadata(value: JSON, path: str) -> None:
    if len(value) > 50:  # noqa: PLR2004 - Stripe's own limits
        raise ParameterError("Metadata can have up to 50 keys.", param=path)
    for key, item in value.items():
        if len(key) > 40:  # noqa: PLR2004
            raise ParameterError(
                f"Invalid metadata key {key[:20]}…: at most 40 characters", param=path
            )
        if isinstance(item, str) and len(item) > 500:  # noqa: PLR2004
            raise ParameterError(
                "Metadata values can have up to 500 characters.", param=_inside(path, key)
            )
