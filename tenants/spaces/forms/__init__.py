"""Forms to found a space."""

from tenants.spaces.forms.companies import CompanyForm, ParkForm, StartForm, typed_rows
from tenants.spaces.forms.places import AddressForm, LookForm, SiteForm

__all__ = [
    "AddressForm",
    "CompanyForm",
    "LookForm",
    "ParkForm",
    "SiteForm",
    "StartForm",
    "typed_rows",
]
