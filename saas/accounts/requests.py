"""Requests as views of the public hosts see them."""

from django.http import HttpRequest

from saas.accounts.models import User


class PersonRequest(HttpRequest):
    """Request of a signed-in person."""

    user: User
