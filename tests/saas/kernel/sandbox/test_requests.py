"""No request opens a file of strangers: it may hold its opener for minutes."""

import pytest

from saas.kernel.sandbox import runner
from saas.kernel.sandbox.jobs import JOBS
from saas.kernel.sandbox.verdicts import UnfitError
from saas.kernel.watching import log_context


@pytest.mark.parametrize("job", sorted(JOBS))
def test_request_opens_no_file_of_any_kind(job: str) -> None:
    with log_context.request(), pytest.raises(runner.OpenedHereError, match="a job does"):
        runner.opened(job, b"x")


def test_job_that_a_request_queued_opens_files() -> None:
    with (
        log_context.request() as request_id,
        log_context.job("1", request_id),
        pytest.raises(UnfitError),
    ):
        list(runner.opened("statement", b"x"))
