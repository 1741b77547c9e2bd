"""How long and how much the web process waits for a client, and how much it holds meanwhile."""

from dataclasses import dataclass

from django.conf import settings

from saas.environment import BLOCKING_THREADS, HASHING_THREADS

KILOBYTE = 1024
MEGABYTE = 1024 * KILOBYTE


@dataclass(frozen=True)
class Limits:
    """All that a client may ask of us before and after its page is made.

    Times are for the whole of a body or an answer, however often a byte of it comes or goes.
    """

    threads: int = BLOCKING_THREADS
    queued: int = 500
    """Requests that wait for a thread; one more is answered 503."""
    page_seconds: float = settings.PAGE_SECONDS
    """Beyond it a page is ended: 503, and its thread is replaced."""
    hashing: int = HASHING_THREADS
    """Requests at once that hash a password, in threads of their own."""
    beginning: int = 1
    """Requests at once that begin a way to a company's provider, among the threads of pages; as
    many wait as of those that hash."""
    hashing_of_network: int = 24
    """Of one network that wait for these; one more is answered 429."""
    hashing_of_space: int = 96
    """Of one space; one more is answered 503."""
    hashing_queued: int = 240
    hashing_wait_seconds: float = 10
    seconds: float = settings.BODY_SECONDS
    bytes_a_second: int = 64 * KILOBYTE
    """Beyond `seconds`, time is only given for bytes: a phone moves 64 KiB a second or is ended."""
    in_memory: int = 64 * KILOBYTE
    """Of each body and each answer; what is longer lies on the disk, in a file without a name."""
    held: int = 1024 * MEGABYTE
    """Of all bodies together; one more byte is answered 503."""
    answered: int = 1024 * MEGABYTE
    """Of all answers together that lie on the disk until their clients have taken them: films,
    archives. One more is answered 503; pages are too short to be among them."""
    refused_seconds: float = 60
    """Seconds for which the rest of a refused body is still read, and thrown away."""
    idle_seconds: float = 1.0
    """Pause after which whoever was refused is held to be sending no more."""

    def seconds_for(self, size: int) -> float:
        """Return the time that so many bytes may take."""
        return self.seconds + size / self.bytes_a_second
