"""Tasks after the commit."""

from tenants.spaces.tasks.addresses import check_claim, mail_lost, mail_missing
from tenants.spaces.tasks.email_domains import mail_domain_link
from tenants.spaces.tasks.foundings import build_space, mail_link, mail_ready
from tenants.spaces.tasks.life import (
    carry_out,
    remove_old_archives,
)
from tenants.spaces.tasks.upkeep import inspect_schema

__all__ = [
    "build_space",
    "carry_out",
    "check_claim",
    "inspect_schema",
    "mail_domain_link",
    "mail_link",
    "mail_lost",
    "mail_missing",
    "mail_ready",
    "remove_old_archives",
]
