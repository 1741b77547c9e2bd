"""What this room tells people: that an address is to be confirmed, that a role was given."""

from django.conf import settings
from django.urls import reverse

from saas.accounts.rules import token_for
from saas.kernel import mail
from tenants.community.members.models import JoinRequest, Role
from tenants.community.members.queries import own_space
from tenants.community.members.rules import CONFIRMATION, JOINING
from tenants.spaces import hosts


def tell_confirmation(request: JoinRequest) -> None:
    """Send somebody the link that makes them a member."""
    space = own_space()
    token = token_for(JOINING, request.nonce)
    mail.send(
        to=request.email,
        template="join_confirm",
        language=request.language,
        context={
            "first_name": request.first_name,
            "space_name": space.name,
            "hours": int(CONFIRMATION.total_seconds() // 3600),
            "url": hosts.space_url(space.slug, _path("members:join_confirm", token)),
        },
    )


def tell_role(given: Role) -> None:
    """Tell a member what they may do from now on, and who gave them the role."""
    space = own_space()
    goal = "council:overview" if given.role == Role.Kind.TREASURER else "members:home"
    mail.send(
        to=given.user.email,
        template="role_given",
        language=given.user.language,
        context={
            "first_name": given.user.first_name,
            "space_name": space.name,
            "role": given.role,
            "giver": given.given_by.short_name if given.given_by else "",
            "url": hosts.space_url(space.slug, _path(goal)),
        },
    )


def _path(name: str, *args: str) -> str:
    return reverse(name, args=args, urlconf=settings.ROOT_URLCONF)
