"""`troovon space …`: operations on a whole space, by the administrator of the machine."""

import datetime as dt
import getpass
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from django.utils import timezone

from saas.addresses import HOME
from saas.kernel import hooks
from saas.kernel.errors import Refused
from tenants.spaces import hosts, restoring, sealing
from tenants.spaces.actions import life as actions
from tenants.spaces.copies import left_behind, portable
from tenants.spaces.database.cells import moving
from tenants.spaces.models import Archive, SpaceOperation, Tenant
from tenants.spaces.queries import life as queries
from tenants.spaces.rules import slugs as rules
from tenants.spaces.tasks import life as tasks

LONGEST_WAIT_SECONDS = 3600
_UNDER_WAY = {SpaceOperation.State.DUE, SpaceOperation.State.RUNNING}
type Options = dict[str, Any]


class Command(BaseCommand):
    """A subcommand for each operation; it ends when done, or with the reason of a refusal."""

    help = "Lists spaces and shows, suspends, reopens, archives, moves or deletes one."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the verb and its arguments."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        for verb, (_way, words) in WAYS.items():
            one = verbs.add_parser(verb, help=words)
            one.add_argument("--json", action="store_true", help="answer in JSON")
            if verb in OF_A_SPACE:
                one.add_argument("space", help="subdomain or schema")
            if verb in ACTS:
                one.add_argument("--reason", default="", help="kept, and told to administrators")
        verbs.choices["archive"].add_argument("--open", action="store_true", help="close nothing")
        verbs.choices["archive"].add_argument("--to", type=Path, help="copy the file there as well")
        verbs.choices["works"].add_argument("space", nargs="?", help="subdomain or schema")
        verbs.choices["restore"].add_argument("file", type=Path, help="an archive")
        verbs.choices["restore"].add_argument(
            "--foreign",
            action="store_true",
            help="answer for a file that is not sealed, or was sealed elsewhere",
        )
        verbs.choices["restore"].add_argument("--slug", required=True, help="a free subdomain")
        verbs.choices["export"].add_argument("file", type=Path, help="where the copy is written")
        verbs.choices["export"].add_argument(
            "--to", default="", metavar="KEY", help="seal it for the installation with this key"
        )
        verbs.choices["import"].add_argument("file", type=Path, help="a full copy")
        verbs.choices["import"].add_argument("--slug", default="", help="another free subdomain")
        verbs.choices["move"].add_argument("cell", help="a name of CELLS, or home")
        delete = verbs.choices["delete"]
        delete.add_argument("--yes-delete", metavar="SLUG", default="", help="ask nothing")
        delete.add_argument("--keep-archives-until", type=dt.date.fromisoformat, metavar="DAY")

    def handle(self, *, verb: str, **options: Any) -> None:
        """Run the subcommand; a refusal prints a single sentence without a traceback."""
        if verb in {*ACTS, "move"} and "owner" not in connections:
            raise CommandError("this needs DATABASE_OWNER_URL: spaces belong to the owner")
        try:
            answer = WAYS[verb][0](self, options)
        except Refused as refusal:
            raise CommandError(refusal.sentence) from refusal
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1))
        else:
            self.stdout.write(in_lines(answer))

    def every(self, _options: Options) -> list[dict[str, Any]]:
        """Return every space in a line."""
        return [line_of(tenant) for tenant in queries.all_spaces()]

    def show(self, options: Options) -> dict[str, Any]:
        """Return the figures of a space, and of its place in the database."""
        tenant = found(options["space"])
        figures = queries.figures_of(tenant)
        return {
            **line_of(tenant),
            "closed_at": tenant.closed_at.isoformat() if tenant.closed_at else None,
            "closed_because": tenant.closed_because,
            "head_count": figures.head_count,
            "companies": figures.companies,
            "sites": figures.sites,
            "hosts": [str(domain) for domain in figures.domains],
            "archives": [archive.reference for archive in queries.archives_of(tenant)],
            "obstacles": queries.obstacles_of(tenant, timezone.now()),
            "kept": [as_json(record) for record in queries.legal_records_of(tenant)],
        }

    def works(self, options: Options) -> list[dict[str, Any]]:
        """Return the operations on spaces, the newest first."""
        known = queries.works()
        if options["space"]:
            known = known.filter(tenant=found(options["space"]))
        return [queries.receipt_as_json(work) for work in known[:50]]

    def suspend(self, options: Options) -> dict[str, Any]:
        """Close a space at once."""
        return self._done(
            actions.suspend(tenant_id=found(options["space"]).pk, **act_values(options))
        )

    def reopen(self, options: Options) -> dict[str, Any]:
        """Open it again."""
        return self._done(
            actions.reopen(tenant_id=found(options["space"]).pk, **act_values(options))
        )

    def archive(self, options: Options) -> dict[str, Any]:
        """Archive the space in a single file."""
        tenant = found(options["space"])
        work = actions.archive(
            tenant_id=tenant.pk, closes=not options["open"], **act_values(options)
        )
        answer = self._done(work)
        if options["to"]:
            record = Archive.objects.get(reference=answer["result"]["archive"])
            options["to"].parent.mkdir(parents=True, exist_ok=True)
            restoring.fetched(record.name, options["to"].parent).rename(options["to"])
        return answer

    def restore(self, options: Options) -> dict[str, Any]:
        """Build a space from a file, which may come from elsewhere."""
        path, foreign = existing(options["file"]), options["foreign"]
        own = "" if foreign else restoring.schema_in(path)
        return self._restored(path, options["slug"], own=own, foreign=foreign)

    def export(self, options: Options) -> dict[str, Any]:
        """Write a full copy of the space for another installation; administrators are told."""
        tenant, path = found(options["space"]), options["file"]
        if path.exists() or not path.parent.is_dir():
            raise CommandError(f"{path}: a new file in an existing folder is needed")
        self._done(actions.take_copy(tenant_id=tenant.pk, key=options["to"], **act_values(options)))
        made = portable.write(
            tenant=tenant, goal=path, key=options["to"], report=self._say, at=timezone.now()
        )
        return {
            "file": str(path),
            "bytes": made.size_bytes,
            "sha256": made.sha256,
            "rows": sum(made.rows.values()),
            "files": made.files,
            "left_behind": left_behind.sentences(),
        }

    def import_(self, options: Options) -> dict[str, Any]:
        """Build a space from the full copy of another installation."""
        path = existing(options["file"])
        slug = options["slug"] or restoring.slug_in(path)
        return self._restored(path, slug, own="", foreign=True)

    def key(self, _options: Options) -> dict[str, Any]:
        """Return the key for which another installation seals a full copy."""
        return {"key": sealing.own_key()}

    def _restored(self, path: Path, words: str, *, own: str, foreign: bool) -> dict[str, Any]:
        slug, at = rules.normal_slug(words), timezone.now()
        taken = queries.slugs_in_use(but_of=own)
        rules.check_slug(slug, taken=taken, paths=hosts.path_words())
        done = restoring.restore(path=path, slug=slug, report=self._say, at=at, foreign=foreign)
        hooks.space_restored.ask(done.tenant.pk, at)
        return {**done.as_json(), "url": hosts.space_url(slug)}

    def delete(self, options: Options) -> dict[str, Any]:
        """Delete it for good, once its subdomain was typed."""
        tenant = found(options["space"])
        for line in in_lines(
            [as_json(record) for record in queries.legal_records_of(tenant)]
        ).splitlines():
            self.stderr.write(f"kept: {line}")
        confirmation = options["yes_delete"] or self._typed(tenant)
        work = actions.delete(
            tenant_id=tenant.pk,
            confirmation=confirmation,
            keep_until=options["keep_archives_until"],
            **act_values(options),
        )
        return self._done(work)

    def move(self, options: Options) -> dict[str, Any]:
        """Move it to another cluster while it is used; repeatable after an interruption."""
        tenant, cell = found(options["space"]), options["cell"]
        if cell != HOME and cell not in settings.CELLS:
            raise CommandError(f"CELLS does not name {cell}")
        if not settings.CELLS:
            raise CommandError("this installation has a single cluster: CELLS is empty")
        cell = "" if cell == HOME else cell
        return moving.move(
            tenant_id=tenant.pk, cell=cell, report=self._say, at=timezone.now()
        )._asdict()

    def _typed(self, tenant: Tenant) -> str:
        self.stderr.write(f"Everything in {tenant.name} is deleted for good. Type {tenant.slug}:")
        try:
            return input()
        except EOFError as error:
            raise CommandError("nobody is there to confirm: --yes-delete SLUG") from error

    def _done(self, work: SpaceOperation) -> dict[str, Any]:
        """Do a work here, or wait for the worker that took it. Raises CommandError if it fails."""
        tasks.carry_out(work.pk)
        until = time.monotonic() + LONGEST_WAIT_SECONDS
        while True:
            now = queries.operation_at(work.reference)
            if now.state not in _UNDER_WAY or time.monotonic() > until:
                break
            time.sleep(0.2)
        if now.state != SpaceOperation.State.DONE:
            raise CommandError(f"{now.reference}: {now.failure or now.get_state_display()}")
        return queries.receipt_as_json(now)

    def _say(self, step: str) -> None:
        self.stderr.write(f"… {step}")


def found(words: str) -> Tenant:
    """Return a space by subdomain or schema. Raises CommandError for an unknown space."""
    tenant = queries.space_named(words)
    if tenant is None:
        raise CommandError(f"there is no space {words}")
    return tenant


def existing(path: Path) -> Path:
    """Return the path of a file. Raises CommandError if there is no such file."""
    if not path.is_file():
        raise CommandError(f"{path}: no such file")
    return path


def act_values(options: Options) -> dict[str, Any]:
    """Return the reason, author and time that each operation records."""
    who = f"{getpass.getuser()} (troovon space)"
    return {"reason": options["reason"], "by": who, "at": timezone.now()}


def line_of(tenant: Tenant) -> dict[str, Any]:
    """Return a space as lists show it."""
    return {
        "slug": tenant.slug,
        "name": tenant.name,
        "state": tenant.state,
        "kind": tenant.kind,
        "schema": tenant.schema_name,
        **({"cell": tenant.cell or HOME} if settings.CELLS else {}),
        "founded": tenant.created_at.date().isoformat(),
    }


def as_json(record: hooks.LegalRecord) -> dict[str, Any]:
    """Return a legal record as JSON values."""
    return {**record._asdict(), "until": record.until.isoformat() if record.until else None}


def in_lines(answer: Any) -> str:
    """Format an answer for people: a line per row of a list, or a line per fact of a record."""
    if isinstance(answer, list):
        return "\n".join("  ".join(_words(value) for value in row.values()) for row in answer)
    return "\n".join(f"{key}: {_words(value)}" for key, value in answer.items())


def _words(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_words(each) for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{key} {_words(each)}" for key, each in value.items())
    return "" if value is None else str(value)


WAYS: dict[str, tuple[Callable[[Command, Options], Any], str]] = {
    "list": (Command.every, "every space"),
    "show": (Command.show, "one space: state, figures, what stands against its deletion"),
    "works": (Command.works, "what was done to spaces, with receipts"),
    "suspend": (Command.suspend, "close it at once; nothing is lost"),
    "reopen": (Command.reopen, "open it again"),
    "archive": (Command.archive, "make one file of it, and close it unless --open"),
    "restore": (Command.restore, "build a space from such a file"),
    "export": (Command.export, "write a full copy that another installation imports"),
    "import": (Command.import_, "build a space from such a copy"),
    "key": (Command.key, "this installation's key, for copies that others send to it"),
    "move": (Command.move, "move it to another cluster, of CELLS or home, while it is used"),
    "delete": (Command.delete, "delete it for good; it is suspended or archived first"),
}
OF_A_SPACE = {"move", "show", "suspend", "reopen", "archive", "export", "delete"}
ACTS = {"suspend", "reopen", "archive", "restore", "export", "import", "delete"}
