"""Access rows of a space's host: screens, and who manages them."""

from saas.commands.doors.row import closed, opened, program

ROWS = (
    opened("kiosk:show", get="all:200"),
    opened("kiosk:worker", get="all:200"),
    opened("kiosk:code", post="all:200"),
    opened("kiosk:claim", post="all:422"),
    opened("kiosk:playlist", get="all:401"),
    opened("kiosk:media", "none", get="all:401"),
    opened("kiosk:alive", post="all:401"),
    opened("kiosk:report", post="all:401"),
    opened("kiosk:touch", get="all:404"),
    opened("kiosk:touch_search", get="all:404"),
    opened("kiosk:touch_thing", "none", get="all:404"),
    opened("kiosk:touch_picture", "none", get="all:404"),
    opened("kiosk:scanned", "XX", get="all:200"),
    closed("kiosk:home", get="in:403 kiosk,admin:200"),
    closed("kiosk:pair", get="in:403 kiosk,admin:200", post="in:403 kiosk,admin:422"),
    closed(
        "kiosk:screen", "own screen", get="in:403 kiosk,admin:200", post="in:403 kiosk,admin:422"
    ),
    closed(
        "kiosk:screen",
        "foreign screen",
        get="in:403 kiosk,admin:404",
        post="in:403 kiosk,admin:404",
    ),
    closed("kiosk:unpair", "spare screen", post="in:403 kiosk,admin:303"),
    closed("kiosk:unpair", "foreign screen", post="in:403 kiosk,admin:404"),
    closed("kiosk:picture", "none", get="in:403 kiosk,admin:404"),
    closed("kiosk:loop", get="in:403 kiosk,admin:200"),
    closed("kiosk:arrange", post="in:403 kiosk,admin:303"),
    closed("kiosk:hours", get="in:403 kiosk,admin:200"),
    closed("kiosk:new_part", get="in:403 kiosk,admin:200", post="in:403 kiosk,admin:422"),
    closed(
        "kiosk:part", "own day part", get="in:403 kiosk,admin:200", post="in:403 kiosk,admin:422"
    ),
    closed(
        "kiosk:part",
        "foreign day part",
        get="in:403 kiosk,admin:404",
        post="in:403 kiosk,admin:404",
    ),
    closed("kiosk:move_part", "own day part", post="in:403 kiosk,admin:303"),
    closed("kiosk:move_part", "foreign day part", post="in:403 kiosk,admin:404"),
    closed("kiosk:remove_part", "spare day part", post="in:403 kiosk,admin:303"),
    closed("kiosk:remove_part", "foreign day part", post="in:403 kiosk,admin:404"),
    closed(
        "kiosk:messages",
        get="in:403 kiosk,admin,council,treasurer:200",
        post="in:403 kiosk,admin,council,treasurer:422",
    ),
    closed("kiosk:withdraw", "own message", post="in:403 kiosk,admin:303"),
    closed("kiosk:withdraw", "foreign message", post="in:404"),
    closed("kiosk:plays", get="in:403 kiosk,admin:200"),
    program("api:screen-list", get="in:403 kiosk,admin:200"),
    program("api:screen-detail", "own screen", get="in:403 kiosk,admin:200"),
    program("api:screen-detail", "foreign screen", get="in:403 kiosk,admin:404"),
    program("api:screen-place", "own screen", post="in:403 kiosk,admin:400"),
    program("api:screen-place", "foreign screen", post="in:403 kiosk,admin:404"),
    program("api:screen-unpair", "spare screen", post="in:403 kiosk,admin:204"),
    program("api:screen-unpair", "foreign screen", post="in:403 kiosk,admin:404"),
)
