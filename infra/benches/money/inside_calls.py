"""The former checkout, for the bench: a click waits until Stripe has answered."""

import re

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from billing.models import Order
from infra.demo import calling
from saas.kernel import schema
from saas.kernel.http import GetResponse
from saas.kernel.tasks import PublicTask

_ORDER = re.compile(r"/desk/orders/(OR-\w+)/\Z")


class CallsInside:
    """Make the calls of a click before it is answered, as the product once did."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        # No caller takes them.
        PublicTask.apply_async = lambda *_args, **_how: None  # type: ignore[method-assign,assignment]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then wait for Stripe where a payment is to be opened."""
        response = self.get_response(request)
        found = _ORDER.search(response.headers.get("Location", ""))
        if request.method == "POST" and found:
            with schema.in_public():
                order = Order.objects.get(reference=found[1])
                calling.make_calls_of(order, at=timezone.now())
        return response
