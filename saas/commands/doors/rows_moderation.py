"""Access rows of a space's host: moderation.

The member's classified was reported by the other and waits; the member's deal was reported by the
other and removed by the moderator. Who has no role of a moderator is refused whatever is there.
"""

from saas.commands.doors.row import closed, program

ROWS = (
    closed("members:card", get="in:200", post="in:422"),
    closed("members:portrait", "XX", "160", get="in:404"),
    closed("moderation:queue", get="in:403 moderator:200"),
    closed("moderation:log", get="in:403 moderator:200"),
    closed("moderation:log_sheet", get="in:403 moderator:200"),
    closed("moderation:mine", get="in:200"),
    closed("moderation:charter", get="in:200", post="in:422"),
    closed("moderation:publish_charter", get="in:403 admin:200", post="in:403 admin:422"),
    closed("moderation:report", "classified", "untold classified", get="in:200", post="in:422"),
    closed(
        "moderation:report",
        "classified",
        "company's classified",
        get="in:404 other:200",
        post="in:404 other:422",
    ),
    closed("moderation:report", "classified", "foreign classified", get="in:404", post="in:404"),
    closed("moderation:report", "message", "XX", get="in:404", post="in:404"),
    closed("moderation:about", "classified", "own classified", get="in:404 other:303"),
    closed("moderation:about", "deal", "reported deal", get="in:404 member,other:303"),
    closed("moderation:about", "classified", "foreign classified", get="in:404"),
    closed(
        "moderation:case", "waiting case", get="in:403 moderator:200", post="in:403 moderator:422"
    ),
    closed("moderation:case", "XX", get="in:403 moderator:404", post="in:403 moderator:404"),
    closed("moderation:picture", "waiting case", "XX", get="in:403 moderator:404"),
    closed("moderation:decision", "waiting case", get="in:404 other:200", post="in:404 other:422"),
    closed(
        "moderation:decision",
        "decided case",
        get="in:404 member,other:200",
        post="in:404 member,other:422",
    ),
    closed("moderation:decision", "XX", get="in:404", post="in:404"),
    program("api:report-list", get="in:200", post="in:400"),
    program("api:moderation-case-list", get="in:200"),
    program("api:moderation-case-detail", "decided case", get="in:404 member,other:200"),
    program("api:moderation-case-detail", "waiting case", get="in:404 other:200"),
    program("api:moderation-case-appeal", "decided case", post="in:404 member,other:400"),
    program("api:moderation-case-appeal", "XX", post="in:404"),
)
