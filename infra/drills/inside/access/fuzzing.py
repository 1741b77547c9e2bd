"""Requests that a description of an API allows, and requests that it does not."""

import json
import random
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import hypothesis
import schemathesis
from schemathesis import GenerationMode, openapi
from schemathesis.core.result import Ok

MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
# Bodies outside any schema: no JSON, deep nesting, huge numbers, odd characters.
ODD_BODIES = (
    *("", "null", "[]", "{", '"\\u0000"', "1e999", "\ufeff{}"),
    *("[" * 5_000, f'{{"a": {10**4_000}}}'),
)
ODD_QUERIES = ("cursor=%00", "cursor=%FF", "limit=-1", f"limit={10**30}", "q=%00", f"q={300 * 'a'}")
# A short run sends some of them to each operation: the same parser reads them all.
ODD_OF_A_ROUND = 3
_GAP = re.compile(r"{[^}]*}")


class Sent(NamedTuple):
    """A request; its body is null if it is absent."""

    operation: str
    method: str
    path: str
    body: str | None


def requests(
    description: Mapping[str, Any], known: list[str], *, rounds: int, seed: int
) -> Iterator[list[Sent]]:
    """Yield for each operation as many requests of each kind; half refer to existing objects.

    `known` are addresses of existing objects.
    """
    chance = random.Random(seed)  # noqa: S311 - the same seed sends the same requests
    for found in openapi.from_dict(dict(description)).get_all_operations():
        if not isinstance(found, Ok):
            raise TypeError(f"the description is no description: {found}")
        operation = found.ok()
        real = _addresses(operation.path, known)
        drawn = [one for mode in MODES for one in _cases(operation, mode, rounds=rounds, seed=seed)]
        sent = [_sent(operation, case, chance.choice([*real, ""])) for case in drawn]
        odd = _odd(operation, real)
        yield [*sent, *chance.sample(odd, min(len(odd), ODD_OF_A_ROUND * rounds))]


def _cases(
    operation: Any, mode: GenerationMode, *, rounds: int, seed: int
) -> list[schemathesis.Case[Any]]:
    drawn: list[schemathesis.Case[Any]] = []

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=rounds,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(operation.as_strategy(generation_mode=mode))
    def draw(case: schemathesis.Case[Any]) -> None:
        drawn.append(case)

    try:
        draw()
    except hypothesis.errors.Unsatisfiable:  # it takes whatever it is given
        return []
    return drawn


def _addresses(path: str, known: list[str]) -> list[str]:
    pattern = "[^/]+".join(re.escape(part) for part in _GAP.split(path))
    return [one for one in known if re.fullmatch(pattern, one)]


def _sent(operation: Any, case: schemathesis.Case[Any], real: str) -> Sent:
    path = real or quote(case.formatted_path, safe="/%")
    query = urlencode(_plain(case.query), doseq=True, errors="replace")
    body = case.body if isinstance(case.body, (dict, list, str, int, float, bool)) else None
    return Sent(
        f"{case.method.upper()} {operation.path}",
        case.method.upper(),
        f"{path}?{query}" if query else path,
        None if body is None else json.dumps(body),
    )


def _plain(query: Any) -> dict[str, Any]:
    return {str(name): value for name, value in dict(query or {}).items()}


def _odd(operation: Any, real: list[str]) -> list[Sent]:
    path = (real or [_GAP.sub("x", operation.path)])[0]
    method = operation.method.upper()
    name = f"{method} {operation.path}"
    if method == "GET":
        return [Sent(name, method, f"{path}?{query}", None) for query in ODD_QUERIES]
    return [Sent(name, method, path, body) for body in ODD_BODIES]
