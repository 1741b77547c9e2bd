"""Requests as views receive them, with their user and space."""

from django.http import HttpRequest

from saas.accounts.models import User
from tenants.spaces.hosts import SpaceCard


class MemberRequest(HttpRequest):
    """A request of a member signed in to a space."""

    user: User
    space: SpaceCard


class SpaceRequest(HttpRequest):
    """A request on a space's host, possibly anonymous."""

    space: SpaceCard
