"""Cache keys begin with the space, so that nothing is read across the wall."""

from saas.kernel import schema


def key(key: str, key_prefix: str, version: int) -> str:
    """Return Django's cache key, of the schema that we are in."""
    return f"{schema.current()}:{key_prefix}:{version}:{key}"
