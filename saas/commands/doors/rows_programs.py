"""Access rows of a space's host: programs, their tokens and webhooks, and a member's data."""

from saas.commands.doors.row import closed, opened

ROWS = (
    closed("personal_data:data", get="in:200", post="in:303"),
    closed("personal_data:kept", get="in:200"),
    closed("personal_data:erase", get="in:200", post="in:422"),
    closed("personal_data:take_back", post="in:404"),
    closed(
        "personal_data:erase_leaver",
        "ref gone",
        get="in:403 local,admin:200",
        post="in:403 local,admin:422",
    ),
    closed(
        "personal_data:erase_leaver",
        "XX",
        get="in:403 local,admin:404",
        post="in:403 local,admin:404",
    ),
    closed("personal_data:spare_leaver", "ref gone", post="in:403 local,admin:404"),
    closed("personal_data:download", "XX", get="in:404"),
    opened("api:reference", get="all:200"),
    closed("integrations:tokens", get="in:200", post="in:422"),
    closed("integrations:revoke", "own token", post="in:404 member:303"),
    closed("integrations:revoke", "foreign token", post="in:404"),
    closed("integrations:integrations", get="in:403 admin:200", post="in:403 admin:422"),
    closed("integrations:revoke_integration", "space's token", post="in:403 admin:303"),
    closed("integrations:revoke_integration", "foreign token", post="in:403 admin:404"),
    closed("integrations:webhooks", get="in:403 admin:200", post="in:403 admin:422"),
    closed("integrations:webhook", "webhook", get="in:403 admin:200", post="in:403 admin:422"),
    closed(
        "integrations:webhook", "foreign webhook", get="in:403 admin:404", post="in:403 admin:404"
    ),
    closed("integrations:remove", "XX", get="in:403 admin:404", post="in:403 admin:404"),
    closed(
        "integrations:remove", "foreign webhook", get="in:403 admin:404", post="in:403 admin:404"
    ),
    closed("integrations:replay", "webhook", "999999999", post="in:403 admin:404"),
)
