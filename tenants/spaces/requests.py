"""Requests as views see them: who asks, and in which space."""

from django.http import HttpRequest

from saas.accounts.models import User
from tenants.spaces.hosts import SpaceCard


class MemberRequest(HttpRequest):
    """A request of somebody who is signed in to a space."""

    user: User
    space: SpaceCard


class SpaceRequest(HttpRequest):
    """A request on a space's host, perhaps of nobody."""

    space: SpaceCard
