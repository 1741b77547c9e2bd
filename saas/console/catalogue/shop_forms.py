"""The button that begins a code by post."""

from typing import Any

from saas.catalogue.merchants.actions.people import post_code
from saas.catalogue.merchants.models import JoinRequest
from saas.kernel.forms import ActionForm


class PostCodeForm(ActionForm[JoinRequest]):
    """The button that begins a code by post for a request to join a shop."""

    def perform(self, **context: Any) -> JoinRequest:
        """Begin the code."""
        return post_code(**context)
