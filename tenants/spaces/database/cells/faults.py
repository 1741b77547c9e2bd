"""Faults of a cell: a sentence for operators, and the step that mends each."""

from typing import NamedTuple

AWAY, LOCKS, ORPHAN, HALF = "away", "locks", "orphan", "half"
UNSUBSCRIBED, DISABLED, FAILED = "unsubscribed", "disabled", "failed"
SLOTLESS, IDLE, LOST, LONG, SILENT = "slotless", "idle", "lost", "long", "silent"
_AGAIN = "Run `manage.py cell add {cell}`: the shared tables are copied again from home."
SENTENCES = {
    AWAY: "it is away ({figure})",
    LOCKS: "a lock is open: {figure}",
    ORPHAN: "the schema {figure} belongs to no space",
    HALF: "home keeps an act that its space perhaps does not: {figure}",
    UNSUBSCRIBED: "it does not subscribe to home",
    DISABLED: "its subscription is disabled",
    FAILED: "it cannot apply what home writes ({figure} failures)",
    SLOTLESS: "home has no slot for it",
    IDLE: "it does not fetch what home writes",
    LOST: "home keeps its changes no longer",
    LONG: "home keeps {figure} MiB of changes for it",
    SILENT: "it has heard nothing from home for {figure} seconds",
}
STEPS = {
    AWAY: "Start PostgreSQL there, or correct its address in CELLS and CELL_OWNERS. Until then its"
    " spaces answer with the page of a fault; the others notice nothing.",
    LOCKS: "Run infra/database/{{cluster,locks,access}}.sql there as superuser, then"
    " `manage.py cell add {cell}`.",
    ORPHAN: "A killed founding or move left it: the clock drops it by itself.",
    HALF: "Read what that request did: do the space's part again, or take it back at home. Then run"
    " `manage.py cell settled {cell}`.",
    UNSUBSCRIBED: _AGAIN,
    DISABLED: "Read PostgreSQL's log there and mend the row that it names; then run"
    " `ALTER SUBSCRIPTION troovon_{cell} ENABLE` there as the owner.",
    FAILED: "PostgreSQL's log there names the table and the row: mend or delete that row there as"
    " the owner. It goes on by itself; else run `manage.py prepare`.",
    SLOTLESS: _AGAIN,
    IDLE: "Look whether its server reaches home at the address of DATABASE_OWNER_URL, and read"
    " PostgreSQL's log there for `logical replication`.",
    LOST: _AGAIN,
    LONG: "Mend what keeps it from following, or home's disk fills up to max_slot_wal_keep_size.",
    SILENT: "Look whether its server reaches home, and read PostgreSQL's log there.",
}
# A cell that is away is not looked at any further.
_BEHIND = {
    AWAY: {IDLE, SILENT},
    DISABLED: {IDLE, SILENT},
    FAILED: {IDLE, SILENT},
    UNSUBSCRIBED: {IDLE, SILENT},
    LOST: {IDLE, SILENT},
    SLOTLESS: {SILENT},
    IDLE: {SILENT},
}


class Fault(NamedTuple):
    """A fault of a cell; `figure` is the part of its sentence that differs."""

    cell: str
    kind: str
    figure: str = ""

    @property
    def sentence(self) -> str:
        """Return the fault in a sentence."""
        return SENTENCES[self.kind].format(figure=self.figure)

    @property
    def step(self) -> str:
        """Return the next step of the operator."""
        return STEPS[self.kind].format(cell=self.cell)


def causes(found: list[Fault]) -> list[Fault]:
    """Leave out what follows from another fault."""
    kinds = {fault.kind for fault in found}
    hidden = {kind for cause in kinds for kind in _BEHIND.get(cause, ())}
    return [fault for fault in found if fault.kind not in hidden]
