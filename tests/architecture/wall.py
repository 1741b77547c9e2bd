"""Ways to open the wall between spaces, and the few files that may use them.

Each rule finds places in a file's syntax; a place in a file outside the rule's list fails the
build.
"""

import ast
import fnmatch
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from tests.architecture.source import Source, called, nodes_of, texts_of

type Found = Iterator[ast.AST]
type Finder = Callable[[ast.Module], Found]

ROLES = re.compile(
    r"\b(?:SET ROLE|RESET ROLE|SET SESSION|SET LOCAL ROLE|DISCARD (?:ALL|TEMP)|RESET ALL)\b"
    r"|set_config\(|DO \$\$|\bSECURITY DEFINER\b"
)
# A function of the database that runs the text it is given opens every lock at once.
RUNS_TEXT = re.compile(r"\bEXECUTE\s+(?!FUNCTION\b|PROCEDURE\b|ON\b)(?:format\b|'|\w+\b(?!\s+ON))")
CANVAS = {"chain", "group", "chord", "signature", "chunks", "xmap", "starmap"}
OWN_THREADS = {
    *("create_task", "ensure_future", "run_in_executor", "run_coroutine_threadsafe", "to_thread"),
    *("Thread", "Timer", "ThreadPoolExecutor", "ProcessPoolExecutor"),
}
FETCHES = {"FETCH_ONE", "FETCH_PEERS", "FETCH_RAISE"}


class Rule(NamedTuple):
    """An operation reserved for the files in `allowed`."""

    what: str
    find: Finder
    planted: str
    allowed: tuple[str, ...] = ()

    def faults(self, source: Source) -> list[str]:
        """Return the places in a file that break the rule; an allowed file has no such places."""
        if any(fnmatch.fnmatch(source.name, one) for one in self.allowed):
            return []
        return [source.at(node, self.what) for node in self.find(source.tree)]


def texts(pattern: re.Pattern[str]) -> Finder:
    """Find texts, docstrings aside, that match."""

    def find(tree: ast.Module) -> Found:
        for node, text in texts_of(tree):
            if pattern.search(text):
                yield node

    return find


def calls(*names: str) -> Finder:
    """Find calls of a method or a function by its last name."""

    def find(tree: ast.Module) -> Found:
        for node in nodes_of(tree):
            if isinstance(node, ast.Call) and called(node) in names:
                yield node

    return find


def methods(*names: str) -> Finder:
    """Find calls of a method by its name, on any object."""

    def find(tree: ast.Module) -> Found:
        for node in nodes_of(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", None) in names:
                yield node

    return find


def imports(*modules: str) -> Finder:
    """Find imports of a module or of something in it, written `module` or `module:name`."""

    def find(tree: ast.Module) -> Found:
        for node in nodes_of(tree):
            if isinstance(node, ast.Import) and any(one.name in modules for one in node.names):
                yield node
            if isinstance(node, ast.ImportFrom):
                names = {node.module, *(f"{node.module}:{one.name}" for one in node.names)}
                if names & set(modules):
                    yield node

    return find


def attributes(owner: str, *, but: frozenset[str]) -> Finder:
    """Find uses of a module's attributes, except those in `but`."""

    def find(tree: ast.Module) -> Found:
        for node in nodes_of(tree):
            if (
                isinstance(node, ast.Attribute)
                and ast.unparse(node.value) == owner
                and node.attr not in but
            ):
                yield node

    return find


def loose_threads(tree: ast.Module) -> Found:
    """Find work in a thread that does not inherit the current space."""
    yield from calls(*OWN_THREADS)(tree)
    for call in calls("sync_to_async")(tree):
        for keyword in getattr(call, "keywords", []):
            if keyword.arg == "thread_sensitive" and ast.unparse(keyword.value) != "True":
                yield call


def module_level_queries(tree: ast.Module) -> Found:
    """Find queries that are begun when a module is read: they are of no space."""
    for scope in nodes_of(tree):
        if isinstance(scope, ast.Module | ast.ClassDef):
            for statement in scope.body:
                if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value:
                    yield from _queries_in(statement.value)


def _queries_in(value: ast.AST) -> Found:
    if isinstance(value, ast.Lambda):
        return
    if isinstance(value, ast.Attribute) and value.attr in {"objects", "_base_manager"}:
        yield value
    for child in ast.iter_child_nodes(value):
        yield from _queries_in(child)


def shared_form(tree: ast.Module) -> Found:
    """Find `with tenant:`, since all threads share its stack."""
    entered = [
        item.context_expr
        for node in nodes_of(tree)
        if isinstance(node, ast.With | ast.AsyncWith)
        for item in node.items
    ]
    activated = [
        call.func.value
        for call in methods("activate", "deactivate")(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
    ]
    for node in (*entered, *activated):
        if ast.unparse(node).split(".")[-1] in {"tenant", "space"}:
            yield node


def canvas(tree: ast.Module) -> Found:
    """Find Celery's own ways to queue, which carry no space."""
    yield from imports(*(f"celery:{name}" for name in CANVAS), "celery.canvas")(tree)
    yield from methods("s", "si", "delay", "apply_async", "send_task", "signature")(tree)


def other_fetches(tree: ast.Module) -> Found:
    """Find fetch modes that bypass the guard's own."""
    yield from methods("fetch_mode")(tree)
    for node in nodes_of(tree):
        if isinstance(node, ast.Attribute) and node.attr in FETCHES:
            yield node


DATABASE = "tenants/spaces/database/*"
RULES = {
    "roles": Rule(
        "speaks of roles or session settings",
        texts(ROLES),
        'cursor.execute("SET ROLE t_other")',
        (DATABASE, "infra/*"),
    ),
    "cursor": Rule(
        "takes a raw cursor",
        methods("cursor", "tuples", "run_prepared"),
        "connection.cursor()",
        (
            DATABASE,
            "infra/*",
            "billing/stripe/actions/inbox.py",
            "billing/ledger/posting.py",
            "billing/stripe/queries/due.py",
            "billing/ledger/queries/balances.py",
            "billing/ledger/queries/periods.py",
            "billing/ledger/queries/reconciliation.py",
            "billing/ledger/settlement/closings.py",
            "billing/ledger/settlement/numbering.py",
            "billing/papers/settlement/invoices.py",
            "billing/councils/settlement/payout_parts.py",
            "billing/stripe/events.py",
            "billing/councils/settlement/netting.py",
            "billing/councils/settlement/council_months.py",
            "saas/catalogue/placements/actions/payment.py",
            "saas/commands/rewinding.py",
            "saas/monitoring/metrics/figures.py",
            "saas/kernel/database/rows.py",
            "saas/kernel/schema.py",
            "tenants/spaces/deletion.py",
        ),
    ),
    "raw": Rule("writes SQL of its own", methods("raw", "extra"), "Tenant.objects.raw('SELECT 1')"),
    "switch": Rule(
        "changes the space past the kernel",
        calls(
            "set_tenant", "set_schema", "set_schema_to_public", "tenant_context", "schema_context"
        ),
        "connection.set_schema('t_other')",
        (DATABASE, "infra/*", "saas/kernel/schema.py"),
    ),
    "enter": Rule(
        "enters a space and stays there",
        methods("enter"),
        "schema.enter('t_other')",
        ("infra/*", "saas/kernel/tasks.py", "tenants/spaces/middleware.py"),
    ),
    "shared form": Rule(
        "enters by the form that all threads share", shared_form, "with tenant:\n    pass"
    ),
    "threads": Rule(
        "starts work that knows nothing of the space",
        loose_threads,
        "asyncio.create_task(later())",
        (
            "infra/*",
            "saas/kernel/web/outgoing.py",  # a timer that ends a socket, and reads nothing
            "saas/monitoring/metrics/sums.py",
            "saas/monitoring/watcher.py",
            "saas/serving/threads.py",  # a request stays in its thread from begin to end
            "tenants/spaces/database/upkeep/replay.py",
            "tenants/spaces/database/upkeep/run.py",  # a thread a cluster
        ),
    ),
    "canvas": Rule(
        "queues a job without its space",
        canvas,
        "task.s(1)",
        # A job that was set aside goes back with its own space.
        ("saas/kernel/tasks.py", "saas/kernel/watching/job_deaths.py", "infra/*"),
    ),
    "commit": Rule(
        "hangs on the commit without the space",
        calls("on_commit"),
        "transaction.on_commit(later)",
        ("saas/kernel/tasks.py", "tenants/spaces/database/base.py"),
    ),
    "logins": Rule(
        "asks by another login",
        methods("using"),
        "Tenant.objects.using('owner').all()",
        (
            DATABASE,
            "infra/demo/*",
            "infra/drills/*",
            "tenants/spaces/copies/arriving.py",
            "tenants/spaces/deletion.py",
            "tenants/spaces/provisioning.py",
            "tenants/spaces/queries/life.py",
            "tenants/spaces/restoring.py",
            "tenants/spaces/tasks/corrections.py",
            "tenants/spaces/tasks/life.py",
            "tenants/spaces/tasks/upkeep.py",
        ),
    ),
    "kept queries": Rule(
        "begins a query when the module is read",
        module_level_queries,
        "class Form:\n    who = Field(queryset=User.objects.all())",
    ),
    "fetches": Rule(
        "fetches past the guard",
        other_fetches,
        "User.objects.fetch_mode(models.FETCH_ONE)",
        ("saas/kernel/database/guards.py", "saas/kernel/models.py", "saas/kernel/database/rows.py"),
    ),
    "store": Rule(
        "names a key of the store itself",
        imports("django.core.cache", "redis", "valkey", "saas.kernel:valkey"),
        "from django.core.cache import cache",
        (
            "infra/*",
            "saas/commands/doctor/here.py",
            "saas/kernel/cache.py",
            "saas/kernel/valkey.py",
            "saas/monitoring/queries.py",
            "tenants/spaces/database/cells/halves.py",
            "tenants/spaces/deletion.py",
        ),
    ),
    "signatures": Rule(
        "signs past the kernel",
        attributes("signing", but=frozenset({"BadSignature", "SignatureExpired"})),
        "signing.dumps(1)",
        ("saas/kernel/secrets/tokens.py",),
    ),
    "signers": Rule(
        "signs past the kernel",
        imports(
            "django.core.signing:Signer",
            "django.core.signing:TimestampSigner",
            "django.core.signing:dumps",
        ),
        "from django.core.signing import Signer",
    ),
    "keyed hashes": Rule(
        "makes a token of its own",
        calls("salted_hmac"),
        "salted_hmac('a', 'b')",
        (
            "saas/accounts/rules.py",
            "tenants/community/conversations/rules/replies.py",
            "tenants/community/lending/rules/codes.py",
            "tenants/community/treaties/rules.py",
            "saas/kernel/secrets/tokens.py",
            "tenants/spaces/rules/foundings.py",
        ),
    ),
    "channels": Rule(
        "names a channel",
        texts(re.compile(r"\bLISTEN\s+\w|\bNOTIFY\s+\w|pg_notify")),
        'cursor.execute("NOTIFY changes")',
        (DATABASE, "infra/drills/*"),
    ),
    "broadcasts": Rule(
        "speaks on a channel", methods("pubsub", "psubscribe", "xadd"), "client.pubsub()"
    ),
    "storages": Rule(
        "keeps files past the one storage",
        imports(
            "django.core.files.storage:FileSystemStorage",
            "django.core.files.storage:InMemoryStorage",
            "django.core.files.storage:storages",
        ),
        "from django.core.files.storage import FileSystemStorage",
    ),
}
