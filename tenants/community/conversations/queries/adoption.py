"""Messages as acts of members: that they were sent, and nothing of them."""

from django.utils.translation import gettext_lazy as _

from saas.kernel.offers.adoption_hooks import Acts
from tenants.community.conversations.models import Message


def acts() -> list[Acts]:
    """Return the acts of members in this room, for counts alone."""
    return [
        Acts(_("Messages"), Message.objects.all(), "author_id", "sent_at", _("Messages")),
    ]
