"""An address of a drilled web process: what is posted there names the faults from now on."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from infra.drills.inside.access import faults
from infra.drills.inside.access.touring import Try
from infra.drills.inside.access.web_client import WebClient
from saas.accounts.access import PUBLIC

ADDRESS = "/drill/faults/"


class FaultSwitch:
    """Stands before all of the product, in the drills' own settings only."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Take the product."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Build faults in or out at the one address; leave all others to the product."""
        if request.path_info != ADDRESS:
            return self.get_response(request)
        faults.build_in_instead(request.body.decode())
        return HttpResponse(status=204)


def build_in_instead(client: WebClient, plant: str) -> None:
    """Let a web process, and this one as its worker, have these faults and no others."""
    faults.build_in_instead(plant)
    answer = client.call(Try(PUBLIC, "nobody", "POST", ADDRESS), body=plant)
    if answer.status != HTTPStatus.NO_CONTENT:
        raise RuntimeError(f"no fault was built in: {answer.status}")
