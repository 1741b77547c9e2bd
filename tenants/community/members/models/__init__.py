"""Tables of this room."""

from saas.kernel.web.drafts import Draft
from tenants.community.members.models.joining import (
    CompanyClaim,
    Invitation,
    JoinRequest,
    Provisioned,
    RosterUpload,
)
from tenants.community.members.models.people import (
    ClosingRequest,
    CouncilChange,
    Departure,
    Portrait,
    Profile,
    RemovedIdea,
    Role,
    Thanks,
)

__all__ = [
    "ClosingRequest",
    "CompanyClaim",
    "CouncilChange",
    "Departure",
    "Draft",
    "Invitation",
    "JoinRequest",
    "Portrait",
    "Profile",
    "Provisioned",
    "RemovedIdea",
    "Role",
    "RosterUpload",
    "Thanks",
]
