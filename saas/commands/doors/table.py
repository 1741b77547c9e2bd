"""The table of all addresses: what has no row here does not start, and is tried by nobody."""

from saas.commands.doors import (
    rows_daily,
    rows_media,
    rows_moderation,
    rows_ops,
    rows_programs,
    rows_public,
    rows_screens,
    rows_space,
    rows_together,
)
from saas.commands.doors.row import OPS, PUBLIC, SPACE, Row

TABLE: dict[str, tuple[Row, ...]] = {
    SPACE: (
        *rows_together.ROWS,
        *rows_daily.ROWS,
        *rows_media.ROWS,
        *rows_programs.ROWS,
        *rows_screens.ROWS,
        *rows_moderation.ROWS,
        *rows_space.ROWS,
    ),
    PUBLIC: rows_public.ROWS,
    OPS: rows_ops.ROWS,
}
