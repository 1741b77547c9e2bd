"""Tables of this room."""

from tenants.spaces.models.addresses import Change, DomainClaim, NameBook, proof
from tenants.spaces.models.email_domains import EmailDomainClaim
from tenants.spaces.models.foundings import Blueprint, Founding, founding_reference
from tenants.spaces.models.life import (
    Archive,
    PlannedDeletion,
    SpaceOperation,
    archive_reference,
    operation_reference,
)
from tenants.spaces.models.own import (
    OwnCompany,
    OwnEmailDomain,
    OwnGate,
    OwnSite,
    OwnStanding,
    OwnTenant,
)
from tenants.spaces.models.register import RegisteredCompany, RegisteredSite
from tenants.spaces.models.spaces import Company, Domain, EmailDomain, Gate, Place, Site, Tenant
from tenants.spaces.models.standing import InvitationStop, SpaceStanding
from tenants.spaces.models.treaties import (
    Category,
    Enquiry,
    OpenClause,
    OpenItem,
    OwnEnquiry,
    OwnTreaty,
    SharedItem,
    Treaty,
    TreatyClause,
    treaty_reference,
)
from tenants.spaces.models.upkeep import Inspection

__all__ = [
    "Archive",
    "Blueprint",
    "Category",
    "Change",
    "Company",
    "Domain",
    "DomainClaim",
    "EmailDomain",
    "EmailDomainClaim",
    "Enquiry",
    "Founding",
    "Gate",
    "Inspection",
    "InvitationStop",
    "NameBook",
    "OpenClause",
    "OpenItem",
    "OwnCompany",
    "OwnEmailDomain",
    "OwnEnquiry",
    "OwnGate",
    "OwnSite",
    "OwnStanding",
    "OwnTenant",
    "OwnTreaty",
    "Place",
    "PlannedDeletion",
    "RegisteredCompany",
    "RegisteredSite",
    "SharedItem",
    "Site",
    "SpaceOperation",
    "SpaceStanding",
    "Tenant",
    "Treaty",
    "TreatyClause",
    "archive_reference",
    "founding_reference",
    "operation_reference",
    "proof",
    "treaty_reference",
]
