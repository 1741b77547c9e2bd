"""The steps of an operation, as its page reads them while it runs."""

from django.utils import timezone

from saas.kernel import cache
from tenants.spaces.queries import life as queries

_RETENTION_SECONDS = 3600


class OperationSteps:
    """The progress of an operation, stored in the cache for the page."""

    def __init__(self, operation_id: int) -> None:
        self._key = queries.work_key(operation_id)
        self.reports: list[dict[str, str]] = []
        cache.store_value(self._key, [], seconds=_RETENTION_SECONDS)

    def report(self, step: str) -> None:
        """Record the start of a step."""
        self.reports.append({"step": step, "at": timezone.now().isoformat()})
        cache.store_value(self._key, self.reports, seconds=_RETENTION_SECONDS)
