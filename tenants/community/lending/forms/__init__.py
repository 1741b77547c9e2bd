"""Forms of lending."""

from tenants.community.lending.forms.loans import (
    BorrowForm,
    CodeForm,
    DamageForm,
    StepForm,
    take_step,
    take_verb,
)
from tenants.community.lending.forms.pace import (
    check_pace,
)
from tenants.community.lending.forms.things import (
    DayForm,
    DescribeForm,
    OfferForm,
    ThingFilterForm,
    ThingForm,
    draft_of,
    said_of,
)

__all__ = [
    "BorrowForm",
    "CodeForm",
    "DamageForm",
    "DayForm",
    "DescribeForm",
    "OfferForm",
    "StepForm",
    "ThingFilterForm",
    "ThingForm",
    "check_pace",
    "draft_of",
    "said_of",
    "take_step",
    "take_verb",
]
