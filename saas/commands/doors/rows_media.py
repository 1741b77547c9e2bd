"""Access rows of a space's host: the mediastore."""

from saas.commands.doors.row import closed, opened

_KEEPERS = "council,treasurer"
_ALL_KEEPERS = f"{_KEEPERS},admin"

ROWS = (
    closed("mediastore:shelf", get="in:200"),
    closed("mediastore:gate", get="in:200", post="in:422"),
    closed("mediastore:kept", get=f"in:403 {_ALL_KEEPERS}:200"),
    closed("mediastore:put", get=f"in:403 {_ALL_KEEPERS}:200", post=f"in:403 {_ALL_KEEPERS}:422"),
    closed(
        "mediastore:edit",
        "council's medium",
        get=f"in:403 {_KEEPERS}:200",
        post=f"in:403 {_KEEPERS}:422",
    ),
    closed("mediastore:edit", "foreign medium", get="in:404", post="in:404"),
    closed("mediastore:state", "council's medium", get=f"in:403 {_KEEPERS}:200"),
    closed("mediastore:state", "foreign medium", get="in:404"),
    closed("mediastore:try_again", "council's medium", post=f"in:403 {_KEEPERS}:303"),
    closed("mediastore:try_again", "foreign medium", post="in:404"),
    closed("mediastore:withdraw", "spare medium", post=f"in:403 {_KEEPERS}:303"),
    closed("mediastore:withdraw", "foreign medium", post="in:404"),
    opened("mediastore:touch", get="all:404"),
    opened("mediastore:touch_medium", "council's medium", get="all:404"),
    opened("mediastore:touch_read", "council's medium", "first part", get="all:404"),
    opened("mediastore:touch_file", "council's medium", "first part", get="all:404"),
    opened("mediastore:touch_picture", "council's medium", "first part", get="all:404"),
    closed("mediastore:detail", "council's medium", get="in:200"),
    closed("mediastore:detail", "foreign medium", get="in:404"),
    closed("mediastore:read", "council's medium", "first part", get="in:200"),
    closed("mediastore:read", "lent medium", "first part", get="in:422"),
    closed("mediastore:read", "foreign medium", "first part", get="in:404"),
    closed("mediastore:file", "council's medium", "first part", get="in:404"),
    closed("mediastore:file", "lent medium", "first part", get="in:422"),
    closed("mediastore:file", "foreign medium", "first part", get="in:404"),
    closed("mediastore:illustration", "lent medium", "first part", get="in:422"),
    closed("mediastore:illustration", "foreign medium", "first part", get="in:404"),
    closed("mediastore:mark", "council's medium", post="in:422"),
    closed("mediastore:mark", "foreign medium", post="in:404"),
    closed("mediastore:borrow", "lent medium", post="in:303"),
    closed("mediastore:borrow", "council's medium", post="in:422"),
    closed("mediastore:borrow", "foreign medium", post="in:404"),
    closed("mediastore:give_back", "lent medium", post="in:303"),
    closed("mediastore:give_back", "foreign medium", post="in:404"),
    closed("mediastore:stop_waiting", "lent medium", post="in:303"),
    closed("mediastore:stop_waiting", "foreign medium", post="in:404"),
)
