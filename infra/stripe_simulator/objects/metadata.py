"""Metadata that a caller hangs on an object, changed key by key."""

from infra.stripe_simulator.errors import JSON


def fresh(params: JSON) -> JSON:
    """Give the metadata of a new object."""
    given = params.get("metadata") or {}
    return {key: value for key, value in given.items() if value not in {"", None}}


def merged(record: JSON, params: JSON) -> JSON:
    """Give the metadata after an update: empty values remove a key, an empty whole all keys."""
    if "metadata" not in params:
        stored: JSON = record.get("metadata") or {}
        return stored
    given = params["metadata"]
    if not given:
        return {}
    out = dict(record.get("metadata") or {}) | given
    return {key: value for key, value in out.items() if value not in {"", None}}


def previous(record: JSON, changes: JSON) -> JSON:
    """Return the old values of the fields that an update really changes."""
    return {key: record.get(key) for key, value in changes.items() if record.get(key) != value}
