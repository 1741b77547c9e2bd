"""Searches that people have saved."""

import datetime as dt

from saas.accounts.models import User
from tenants.community.search import actions
from tenants.community.search.rules import Filters


def fill(by: User, at: dt.datetime) -> dict[str, str]:
    """Save two searches of a person: a search to keep, and a search to delete."""
    return {"own search": save_search(by, "Tente", at), "spare search": save_search(by, "Luge", at)}


def save_search(by: User, words: str, at: dt.datetime) -> str:
    """Keep a search, and return its reference."""
    filters = Filters(q=words)
    return actions.save_search(filters=filters, words=words, rhythm="daily", by=by, at=at).reference
