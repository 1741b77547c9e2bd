"""Forms of this room."""

from tenants.community.council.forms.account import (
    BillingForm,
    LinkForm,
    OpenAccountForm,
    PersonalityForm,
)
from tenants.community.council.forms.figures import RangeForm, SimulationForm
from tenants.community.council.forms.replacement import (
    CancelReplacementForm,
    ConfirmReplacementForm,
    ReplaceForm,
)
from tenants.community.council.forms.terms import AcceptForm, DeclineForm

__all__ = [
    "AcceptForm",
    "BillingForm",
    "CancelReplacementForm",
    "ConfirmReplacementForm",
    "DeclineForm",
    "LinkForm",
    "OpenAccountForm",
    "PersonalityForm",
    "RangeForm",
    "ReplaceForm",
    "SimulationForm",
]
