"""The feed of a podcast: read as its author published it, its recordings fetched to be ours."""

import calendar
import datetime as dt
import hashlib
from typing import Any, NamedTuple

import feedparser  # type: ignore[import-untyped]

from saas.kernel.web import outgoing
from tenants.community.mediastore.rules.files import MOST_RECORDING, Unfit, type_of

MOST_FEED = 4 * 1024 * 1024
MOST_EPISODES = 10
FEED_SECONDS, RECORDING_SECONDS = 15.0, 120.0
_MOST_TITLE = 200


class Episode(NamedTuple):
    """An episode that a feed names: where it lies, and what tells it from the others."""

    key: str
    title: str
    address: str
    published_at: dt.datetime | None


class Recording(NamedTuple):
    """A recording that was fetched."""

    content: bytes
    content_type: str


def episodes_of(feed: str) -> list[Episode]:
    """Fetch a feed and list its newest episodes, the newest first. Raises Unfit."""
    parsed = feedparser.parse(_fetched(feed, MOST_FEED, FEED_SECONDS))
    found = [episode for entry in parsed.entries if (episode := _episode(entry)) is not None]
    if not found:
        raise Unfit("empty")
    return found[:MOST_EPISODES]


def recording_of(episode: Episode) -> Recording:
    """Fetch the recording of an episode. Raises Unfit."""
    content = _fetched(episode.address, MOST_RECORDING, RECORDING_SECONDS)
    content_type = type_of(content)
    if not content_type.startswith("audio/"):
        raise Unfit("wrong_type")
    return Recording(content, content_type)


def _fetched(url: str, most_bytes: int, seconds: float) -> bytes:
    try:
        return outgoing.fetch(url, most_bytes=most_bytes, seconds=seconds)
    except outgoing.AddressRefusedError as error:
        raise Unfit("internal") from error
    except outgoing.TooLargeError as error:
        raise Unfit("too_large") from error
    except OSError as error:
        raise Unfit("unreachable") from error


def _episode(entry: Any) -> Episode | None:
    enclosures = [one for one in entry.get("enclosures", []) if one.get("href")]
    sound = next((one for one in enclosures if str(one.get("type", "")).startswith("audio/")), None)
    if sound is None:
        return None
    address = str(sound["href"])
    key = hashlib.sha256(str(entry.get("id") or address).encode()).hexdigest()
    title = " ".join(str(entry.get("title") or "").split())[:_MOST_TITLE]
    return Episode(key, title, address, _moment(entry.get("published_parsed")))


def _moment(parsed: Any) -> dt.datetime | None:
    if parsed is None:
        return None
    try:
        return dt.datetime.fromtimestamp(calendar.timegm(parsed), dt.UTC)
    except (OverflowError, ValueError, OSError):
        return None
