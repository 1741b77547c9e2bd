"""Schemas of a cell that belong to no space of it: a killed founding or move left them."""

from django.conf import settings
from django.db import DatabaseError, transaction

from saas.kernel.errors import Refused
from saas.kernel.secrets import tokens
from tenants.spaces.database import birth
from tenants.spaces.database.cells import gate, moving
from tenants.spaces.database.cells.gate import OWNER
from tenants.spaces.database.upkeep import state
from tenants.spaces.models import Founding, Tenant

_UNDER_WAY = (Founding.State.QUEUED, Founding.State.BUILDING)


def name_in_cell(founding: Founding) -> str:
    """Return the schema's name of a founding in a cell: random to others, equal on each try."""
    return "t_" + tokens.name("founding", str(founding.pk))


def remove() -> list[str]:
    """Drop the orphans of each cell; return their names. For the clock.

    A schema whose founding is under way stays: its next try replaces it. So does the copy of a
    space that is being moved.
    """
    removed = []
    for cell in settings.CELLS:
        try:
            for name in state.orphans_in(cell, OWNER):
                removed += [name] if _remove(name, cell) else []
        except DatabaseError:
            continue  # a cell that is away is asked the next time
    return removed


def _remove(name: str, cell: str) -> bool:
    tenant = Tenant.objects.using(OWNER).filter(schema_name=name).first()
    if tenant is None:
        return _remove_of_founding(name, cell)
    try:
        with moving.alone(tenant.pk):
            tenant.refresh_from_db(using=OWNER)
            is_copy = not tenant.moves_to and tenant.cell != cell
            if is_copy:
                moving.end_replication(name)
                birth.drop(name, gate.database_of(cell))
    except Refused:
        return False  # its mover lives
    return is_copy


def _remove_of_founding(name: str, cell: str) -> bool:
    with transaction.atomic(using=OWNER):
        birth.hold_blueprint(exclusive=True)  # no founding builds meanwhile
        if name not in state.orphans_in(cell, OWNER):
            return False
        due = Founding.objects.using(OWNER).filter(state__in=_UNDER_WAY, tenant=None)
        if name in map(name_in_cell, due):
            return False
        birth.drop(name, gate.database_of(cell))
    return True
