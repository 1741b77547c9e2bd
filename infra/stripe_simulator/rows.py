"""The records of a kind in their order of arrival, found by place or by time at once."""

import bisect
from collections.abc import Iterator

from infra.stripe_simulator.errors import JSON

FEW = 64


class Rows:
    """An ordered list of records; a removed record leaves a gap, closed now and then.

    A record may be older than its predecessor: a call takes a second or more, and duties that fell
    due meanwhile are run after it. `moments` never decreases, and `late` is its greatest lead over
    a record.
    """

    def __init__(self) -> None:
        self.places: list[int] = []
        self.moments: list[int] = []
        self.records: list[JSON | None] = []
        self.gaps = 0
        self.in_time = True
        self.late = 0

    def put(self, record: JSON) -> None:
        """Add a record at its place, nearly always the last."""
        place, moment = record["_order"], record.get("created")
        if not isinstance(moment, int):
            self.in_time = False
            moment = 0
        if not self.places or place > self.places[-1]:
            last = self.moments[-1] if self.moments else moment
            self.late = max(self.late, last - moment)
            moment, at = max(last, moment), len(self.places)
        else:
            self.in_time = False
            at = bisect.bisect_left(self.places, place)
        self.places.insert(at, place)
        self.moments.insert(at, moment)
        self.records.insert(at, record)

    def replace(self, record: JSON) -> None:
        """Replace the record with the same place."""
        at = bisect.bisect_left(self.places, record["_order"])
        self.records[at] = record

    def remove(self, place: int) -> None:
        """Leave a gap where a record was."""
        self.records[bisect.bisect_left(self.places, place)] = None
        self.gaps += 1
        if self.gaps > FEW and self.gaps * 2 > len(self.records):
            self._close_gaps()

    def _close_gaps(self) -> None:
        places = [at for at, record in enumerate(self.records) if record is not None]
        self.places = [self.places[at] for at in places]
        self.moments = [self.moments[at] for at in places]
        self.records = [self.records[at] for at in places]
        self.gaps = 0

    def span(self, first: int | None, last: int | None) -> tuple[int, int]:
        """Give places that hold all between two moments; all of them if they do not lie in time."""
        if not self.in_time:
            return 0, len(self.records)
        low = 0 if first is None else bisect.bisect_left(self.moments, first)
        most = len(self.records)
        high = most if last is None else bisect.bisect_right(self.moments, last + self.late)
        return low, high

    def at(self, place: int) -> int:
        """Return the number of records before a place."""
        return bisect.bisect_left(self.places, place)

    def forwards(self, low: int = 0, high: int | None = None) -> Iterator[JSON]:
        """Yield the records from the oldest on; records added meanwhile are not included."""
        records = self.records
        for at in range(low, len(records) if high is None else high):
            record = records[at]
            if record is not None:
                yield record

    def backwards(self, low: int = 0, high: int | None = None) -> Iterator[JSON]:
        """Walk from the newest back."""
        records = self.records
        for at in range((len(records) if high is None else high) - 1, low - 1, -1):
            record = records[at]
            if record is not None:
                yield record
