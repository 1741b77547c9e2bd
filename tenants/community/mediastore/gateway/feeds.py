"""The feed of a podcast: read as its author published it, its recordings fetched to be ours."""

import datetime as dt
from typing import Any, NamedTuple

from saas.kernel.sandbox import runner
from saas.kernel.sandbox.verdicts import TooHeavyError, UnfitError
from saas.kernel.web import outgoing
from tenants.community.mediastore.rules.files import MOST_RECORDING, Unfit, type_of

MOST_FEED = 4 * 1024 * 1024
FEED_SECONDS, RECORDING_SECONDS = 15.0, 120.0


class Episode(NamedTuple):
    """An episode of a feed: its address, and the key that distinguishes it from the others."""

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
    return episodes_in(_fetched(feed, MOST_FEED, FEED_SECONDS))


def episodes_in(body: bytes) -> list[Episode]:
    """List the newest episodes that the body of a feed names. Raises Unfit."""
    try:
        return [_episode(piece.words) for piece in runner.opened("feed", body)]
    except UnfitError as unfit:
        raise Unfit(unfit.reason) from unfit
    except TooHeavyError as error:
        raise Unfit("too_heavy") from error


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


def _episode(words: Any) -> Episode:
    published_at = _moment(words["published"])
    return Episode(str(words["key"]), str(words["title"]), str(words["address"]), published_at)


def _moment(seconds: int | None) -> dt.datetime | None:
    if seconds is None:
        return None
    try:
        return dt.datetime.fromtimestamp(seconds, dt.UTC)
    except (OverflowError, ValueError, OSError):
        return None
