"""A page that asks for more memory than there is ends alone, with its sentence."""

import subprocess
import sys

from django.http import HttpRequest
from django.test import RequestFactory

from saas.kernel.http import RefusedMiddleware


def test_page_without_memory_is_asked_for_again_later(rf: RequestFactory) -> None:
    middleware = RefusedMiddleware(lambda _request: None)  # type: ignore[arg-type, return-value]
    request: HttpRequest = rf.get("/people/")
    answer = middleware.process_exception(request, MemoryError())
    assert answer is not None
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def test_limit_of_memory_ends_an_allocation_and_not_the_process() -> None:
    program = (
        "from saas.serving.__main__ import _limit_memory\n"
        "_limit_memory(200)\n"
        "small = bytearray(20 * 2**20)\n"
        "try:\n"
        "    bytearray(400 * 2**20)\n"
        "except MemoryError:\n"
        "    print('refused', len(bytearray(20 * 2**20)))\n"
    )
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["refused", str(20 * 2**20)]
