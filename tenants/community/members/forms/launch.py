"""The form of the launch day."""

from typing import Any

from saas.kernel.forms import ActionForm
from tenants.community.members.actions import launching
from tenants.spaces.forms import parts


class LaunchForm(ActionForm[bool]):
    """The launch day of the space."""

    launches_on = parts.launch_field()

    def perform(self, **context: Any) -> bool:
        """Set the day."""
        launching.set_launch_day(day=self.cleaned_data["launches_on"], **context)
        return True
