"""Lists: cursors by id in the first generation, page tokens in the second."""

import base64
import itertools
import urllib.parse
from collections.abc import Callable, Iterable

from infra.stripe_simulator.clock import seconds
from infra.stripe_simulator.errors import JSON, ParameterError, no_such
from infra.stripe_simulator.store import Store

Keep = Callable[[JSON], bool]
LARGEST = 100


def limit_of(params: JSON) -> int:
    """Give the size of a page, 10 unless told, 100 at most."""
    limit: int = params.get("limit", 10)
    if not 1 <= limit <= LARGEST:
        raise ParameterError(
            "Invalid integer: limit must be between 1 and 100.",
            param="limit",
            code="parameter_invalid_integer",
        )
    return limit


def page(store: Store, kind: str, params: JSON, *, url: str, keep: Keep) -> JSON:
    """Return a page of a v1 list, newest first; only rows that may belong to it are read."""
    limit = limit_of(params)
    before, after = cursors(params)
    rows = store.fitting(kind, params)
    low, high = rows.span(*_bounds(params.get("created")))
    if before:
        low = max(low, rows.at(_row(store, kind, before, param="ending_before")["_order"]) + 1)
        newer = filter(keep, rows.forwards(low, high))
        found = list(itertools.islice(newer, limit + 1))
        return envelope(found[:limit][::-1], url=url, has_more=len(found) > limit)
    if after:
        high = min(high, rows.at(_row(store, kind, after, param="starting_after")["_order"]))
    found = list(itertools.islice(filter(keep, rows.backwards(low, high)), limit + 1))
    return envelope(found[:limit], url=url, has_more=len(found) > limit)


def page_of(rows: Iterable[JSON], params: JSON, *, url: str, kind: str) -> JSON:
    """Return a page of a short list already in memory, newest first."""
    limit, shown = limit_of(params), list(rows)
    before, after = cursors(params)
    if before:
        newer = shown[: _index(shown, before, kind=kind, param="ending_before")]
        return envelope(newer[-limit:], url=url, has_more=len(newer) > limit)
    if after:
        shown = shown[_index(shown, after, kind=kind, param="starting_after") + 1 :]
    return envelope(shown[:limit], url=url, has_more=len(shown) > limit)


def cursors(params: JSON) -> tuple[str | None, str | None]:
    """Return the two cursors; at most a single cursor may be given."""
    before, after = params.get("ending_before"), params.get("starting_after")
    if before and after:
        raise ParameterError(
            "Received both ending_before and starting_after parameters. Please pass in only one.",
            param="ending_before",
        )
    return before, after


def _index(rows: list[JSON], cursor: str, *, kind: str, param: str) -> int:
    for place, row in enumerate(rows):
        if row["id"] == cursor:
            return place
    raise no_such(kind, cursor, param=param, in_body=True)


def _bounds(bounds: JSON | int | None) -> tuple[int | None, int | None]:
    """Give the first and the last moment that a period may hold."""
    if not isinstance(bounds, dict):
        return bounds, bounds
    limits = {word: _moment(bound) for word, bound in bounds.items()}
    lower = [limits[word] for word in ("gt", "gte") if word in limits]
    upper = [limits[word] for word in ("lt", "lte") if word in limits]
    return max(lower, default=None), min(upper, default=None)


def envelope(data: list[JSON], *, url: str, has_more: bool = False) -> JSON:
    """Wrap records as a v1 list."""
    return {"object": "list", "data": data, "has_more": has_more, "url": url}


def _row(store: Store, kind: str, cursor: str, *, param: str) -> JSON:
    row = store.get(kind, cursor)
    if row is None:
        raise no_such(kind, cursor, param=param, in_body=True)
    return row


def in_period(params: JSON, name: str = "created") -> Keep:
    """Return a filter by time: a moment, or an object of bounds."""
    bounds = params.get(name)
    if bounds is None:
        return lambda _row: True
    if not isinstance(bounds, dict):
        return lambda row: row[name] == bounds
    limits = {word: _moment(bound) for word, bound in bounds.items()}
    return lambda row: all(_within(_moment(row[name]), word, at) for word, at in limits.items())


def _moment(value: str | int) -> int:
    return value if isinstance(value, int) else seconds(value)


def _within(moment: int, word: str, bound: int) -> bool:
    return {
        "gt": moment > bound,
        "gte": moment >= bound,
        "lt": moment < bound,
        "lte": moment <= bound,
    }[word]


def same(params: JSON, *names: str) -> Keep:
    """Return a filter for rows with exactly the given values in these fields."""
    filters = {name: params[name] for name in names if name in params}
    return lambda row: all(row.get(name) == value for name, value in filters.items())


def page_v2(rows: list[JSON], params: JSON, *, url: str) -> JSON:
    """Return a page of a v2 list; its neighbours are addresses with a token."""
    limit = limit_of(params)
    start = _start(params.get("page"))
    others = {key: value for key, value in params.items() if key != "page"}
    following = _address(url, others, start + limit) if start + limit < len(rows) else None
    previous = _address(url, others, max(0, start - limit)) if start else None
    return {
        "data": rows[start : start + limit],
        "next_page_url": following,
        "previous_page_url": previous,
    }


def _start(token: str | None) -> int:
    if token is None:
        return 0
    try:
        return int(base64.urlsafe_b64decode(token).decode().removeprefix("from:"))
    except ValueError as error:
        raise ParameterError("Invalid page token.", param="page") from error


def _address(url: str, params: JSON, start: int) -> str:
    token = base64.urlsafe_b64encode(f"from:{start}".encode()).decode()
    query: list[tuple[str, object]] = []
    for name, value in (params | {"page": token}).items():
        query += _flat(name, value)
    return f"{url}?{urllib.parse.urlencode(query)}"


def _flat(name: str, value: object) -> list[tuple[str, object]]:
    if isinstance(value, dict):
        return [pair for key, item in value.items() for pair in _flat(f"{name}[{key}]", item)]
    if isinstance(value, list):
        return [(f"{name}[{place}]", item) for place, item in enumerate(value)]
    if isinstance(value, bool):
        return [(name, str(value).lower())]
    return [(name, value)]
