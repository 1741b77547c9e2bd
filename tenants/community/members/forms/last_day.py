"""A colleague's last day by contract."""

from typing import Any

from django.utils.translation import gettext_lazy

from saas.kernel.forms import ActionForm, DayField
from tenants.community.members.actions import leaving


class LastDayForm(ActionForm[bool]):
    """The last day of a colleague; empty removes it."""

    day = DayField(
        label=gettext_lazy("Dernier jour ici"),
        help_text=gettext_lazy(
            "Prestataire, intérim, stage\u00a0: ce jour compris, puis le compte se ferme seul."
        ),
        required=False,
    )

    def perform(self, **context: Any) -> bool:
        """Set it."""
        leaving.set_last_day(day=self.cleaned_data["day"], **context)
        return True
