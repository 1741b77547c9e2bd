"""The common part of every resource: small JSON, scopes, rates, `ETag`, and requests done once."""

from functools import partial
from typing import Any, ClassVar

from django.http import HttpRequest
from django.utils.cache import (
    get_conditional_response,
    patch_cache_control,
    patch_vary_headers,
    set_response_etag,
)
from rest_framework import status, viewsets
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from api import once
from api.parsers import SmallJSONParser
from api.rates import Rate
from saas.kernel import modules
from saas.kernel.web.bodies import USUAL_BYTES


class Resource(viewsets.ViewSet):
    """A resource of a space; `scope` is the area that a token must open for it."""

    scope: ClassVar[str]
    lookup_field = "reference"
    lookup_value_regex = r"[A-Z0-9-]{1,12}"
    parser_classes = [SmallJSONParser]
    rate: Rate | None = None
    stores_answers: ClassVar[bool] = True
    most_bytes: ClassVar[int] = USUAL_BYTES

    @classmethod
    def as_view(cls, actions: Any = None, **initkwargs: Any) -> Any:
        """Set the body limit on the view if it accepts more than the size of a form."""
        view: Any = super().as_view(actions, **initkwargs)
        if "most_bytes" in initkwargs:
            view.most_bytes = initkwargs["most_bytes"]
        return view

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check the caller, the rate and the module; make a POST with a key idempotent."""
        super().initial(request, *args, **kwargs)
        modules.check_address(request.resolver_match.view_name if request.resolver_match else "")
        has_key = self.stores_answers and once.HEADER in request.headers
        if request.method == "POST" and has_key:
            self.post = partial(once.answered, getattr(self, "post"))  # noqa: B009 - set by the router

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Set the rate headers, and on a GET the cache headers; answer 304 if nothing changed."""
        answer: Any = super().finalize_response(request, response, *args, **kwargs)
        if self.rate is not None:
            for name, value in self.rate.headers().items():
                answer[name] = value
        patch_vary_headers(answer, ["Authorization"])
        if request.method in SAFE_METHODS and answer.status_code == status.HTTP_200_OK:
            patch_cache_control(answer, private=True, no_cache=True)
            if isinstance(answer, Response):
                answer.add_post_render_callback(partial(_unless_known, request._request))  # noqa: SLF001
            else:
                return _unless_known(request._request, answer)  # noqa: SLF001
        return answer


def _unless_known(request: HttpRequest, response: Any) -> Any:
    """Answer 304 if the request names the ETag of the current response."""
    if response.streaming:
        return response
    set_response_etag(response)
    return get_conditional_response(request, etag=response["ETag"], response=response)
