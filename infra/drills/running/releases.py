"""Successive releases: mirrors of the tree, each with a migration of its own.

The second release adds a column to a table of each space and to a table of `public`; the third
removes it from the code and keeps it in the database; the fourth drops it, as the contract step of
the third.
"""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from infra.local.processes import ROOT

COLUMN = "drilled"
BLOCKING, BREAKING = "blocking_migration", "breaking_migration"
_FIELD = (
    f'    {COLUMN} = models.CharField(max_length=9, blank=True, default="new", db_default="")\n'
)
# App, its folder, the file of its model, the model, and the line before the new column.
_TABLES = (
    ("classifieds", "tenants/community/classifieds", "models.py", "Classified", "    title = "),
    ("merchants", "saas/catalogue/merchants", "models/shops.py", "Merchant", "    legal_name = "),
)
_HEAD = '''"""A release of the drill `deploy`."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("{app}", "{before}")]
'''
_EXPAND = """    operations = [
        migrations.AddField("{model}", "{column}", models.CharField(
            max_length=9, blank=True, default="new", db_default="")),
    ]
"""
_TAKE_OUT = """    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField("{model}", "{column}")]
        ),
    ]
"""
_CONTRACT = """    contract_of = ("{app}", "0902_taken_out")
    operations = [migrations.RunSQL("ALTER TABLE {app}_{model} DROP COLUMN {column}")]
"""
_STEPS = (
    ("0001_initial", "0901_expand", _EXPAND),
    ("0901_expand", "0902_taken_out", _TAKE_OUT),
    ("0902_taken_out", "0903_contract", _CONTRACT),
)
_GUARD = Path("tenants/spaces/database/upkeep/safety.py")
# Longer than a request waits for a lock, and a column that the release before still reads.
_HARM = {
    BLOCKING: ("gatherings", "LOCK TABLE gatherings_gathering; SELECT pg_sleep(7)"),
    BREAKING: ("deals", "ALTER TABLE deals_deal DROP COLUMN description CASCADE"),
}
_CHANGED = (
    _GUARD,
    *(Path(folder) / models for _app, folder, models, *_ in _TABLES),
    *(Path(folder) / "migrations" for _app, folder, *_ in _TABLES),
    *(Path("tenants/community") / app / "migrations" for app, _statement in _HARM.values()),
)
_HARMFUL = """    operations = [migrations.RunSQL("{statement}")]
"""


@contextlib.contextmanager
def copied(many: int, *, plant: Sequence[str] = ()) -> Iterator[list[Path]]:
    """Yield so many trees, each a release further than its predecessor."""
    with tempfile.TemporaryDirectory(prefix="troovon-deploy-") as place:
        trees = [Path(place) / f"release-{number}" for number in range(2, many + 2)]
        for steps, tree in enumerate(trees, start=1):
            _mirror(ROOT, tree, [Path("manage.py"), *_CHANGED])
            _make(tree, steps)
        for harm in _HARM.keys() & set(plant):
            _plant(trees[0], harm)
        yield trees


def _mirror(source: Path, target: Path, changed: Sequence[Path]) -> None:
    """Mirror a folder by links, with copies of the files to be changed."""
    target.mkdir()
    for path in source.iterdir():
        within = [one.relative_to(path.name) for one in changed if one.parts[0] == path.name]
        if path.name == "__pycache__":
            continue  # each tree has its own compiled files
        if within and path.is_dir() and within != [Path()]:
            _mirror(path, target / path.name, within)
        elif within:
            copy = shutil.copytree if path.is_dir() else shutil.copy2
            copy(path, target / path.name)
        else:
            (target / path.name).symlink_to(path)


def _make(tree: Path, steps: int) -> None:
    for app, folder, models, model, after in _TABLES:
        for before, name, operations in _STEPS[:steps]:
            words = {"app": app, "before": before, "model": model.lower(), "column": COLUMN}
            text = (_HEAD + operations).format(**words)
            (tree / folder / "migrations" / f"{name}.py").write_text(text)
        if steps == 1:  # the later releases' code no longer contains it
            _add_field(tree / folder / models, after)


def _add_field(path: Path, after: str) -> None:
    lines = path.read_text().splitlines(keepends=True)
    place = next(number for number, line in enumerate(lines) if line.startswith(after))
    path.write_text("".join([*lines[: place + 1], _FIELD, *lines[place + 1 :]]))


def _plant(tree: Path, harm: str) -> None:
    """Add a harmful migration, and remove the guard that refuses it."""
    app, statement = _HARM[harm]
    text = (_HEAD + _HARMFUL).format(app=app, before="0001_initial", statement=statement)
    (tree / "tenants/community" / app / "migrations/0901_harm.py").write_text(text)
    path = tree / _GUARD
    guard = "    if faults:\n        raise Unsafe(faults)\n"
    path.write_text(path.read_text().replace(guard, ""))
