"""An address of a drilled web process: a POST there replaces the planted faults."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from infra.drills.inside.access import faults
from infra.drills.inside.access.touring import Try
from infra.drills.inside.access.web_client import WebClient
from saas.accounts.access import PUBLIC

ADDRESS = "/drill/faults/"


class FaultSwitch:
    """The outermost middleware, in the drills' own settings only."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Take the product."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Replace the faults at this address; pass all other requests on."""
        if request.path_info != ADDRESS:
            return self.get_response(request)
        faults.build_in_instead(request.body.decode())
        return HttpResponse(status=204)


def build_in_instead(client: WebClient, plant: str) -> None:
    """Set the faults of a web process, and of this process as its worker."""
    faults.build_in_instead(plant)
    answer = client.call(Try(PUBLIC, "nobody", "POST", ADDRESS), body=plant)
    if answer.status != HTTPStatus.NO_CONTENT:
        raise RuntimeError(f"no fault was built in: {answer.status}")
