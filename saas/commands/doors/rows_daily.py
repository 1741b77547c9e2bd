"""Access rows of a space's host: notifications, and the space as an app."""

from saas.commands.doors.row import closed, opened, program

ROWS = (
    closed("notifications:lists", get="in:200"),
    closed("notifications:read_all", post="in:303"),
    closed("notifications:switches", get="in:200", post="in:422"),
    closed("notifications:resume_digests", post="in:303"),
    closed("notifications:resume_mails", post="in:303"),
    closed("notifications:add_device", post="in:422"),
    closed("notifications:remove_device", "own device", post="in:404 member:303"),
    closed("notifications:remove_device", "foreign device", post="in:404"),
    closed("notifications:open", "own notification", get="in:404 member:302"),
    closed("notifications:open", "foreign notification", get="in:404"),
    closed("notifications:read", "own notification", post="in:404 member:303"),
    closed("notifications:read", "foreign notification", post="in:404"),
    program("api:notification-list", get="in:200"),
    program("api:notification-read", "own notification", post="in:404 member:204"),
    program("api:notification-read", "foreign notification", post="in:404"),
    program("api:notification-read-all", post="in:204"),
    program("api:notification-switch-list", get="in:200", post="in:400"),
    opened("notifications:follow", "XX", get="all:404"),
    opened("notifications:unsubscribe", "XX", get="all:404", post="all:404"),
    opened("notifications:manifest", get="all:200"),
    opened("notifications:service_worker", get="all:200"),
    opened("notifications:offline", get="all:200"),
)
