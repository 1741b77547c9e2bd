"""Documents name only existing files, modules, functions, commands, settings and links."""

import functools
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

import pytest

from infra.benches.__main__ import BENCHES
from infra.drills.__main__ import DRILLS
from tests.architecture.source import ROOT, files_of_git

LINK = re.compile(r"\]\((?!https?://)([^)#]+)")
TICKED = re.compile(r"`([^`]+)`")
WORD = re.compile(r"[A-Za-z_]\w*")
# A path, a module, an identifier: with dots and slashes, and braces around several endings.
NAME = re.compile(r"[\w./{},*-]*\w[\w./{},*-]*(?:\(\))?")
COMMAND = re.compile(r"(?:uv run )?(?:troovon|manage\.py|\./dev) ([a-z][\w-]*)")
# Names of other projects, absent from our files.
FOREIGN = {
    "./dev",
    ".po",
    "/ID",
    "/v1/invoiceitems",
    "/v1/payment_pages",
    "X-Forwarded-Host",
    "__Host-",
    "_cast",
    "dist-info",
    "dj-database-url",
    "django-environ",
    "django-migration-linter",
    "fontpkg-*",
    "server_side_binding",
    "squawk-cli",
}
# Commands of Django that documents speak of.
DJANGO = {"check", "dbshell", "help", "makemigrations", "migrate", "shell", "test"}
CODE = (".py", ".html", ".txt", ".sql", ".toml", ".yaml", ".json", ".js", ".css", ".sh", ".typ")
# These files contain invalid names on purpose.
LEFT_OUT = {"tests/architecture/test_documents.py", "tests/architecture/test_names.py"}


@functools.cache
def tracked() -> tuple[str, ...]:
    names = files_of_git("--cached", "--others", "--exclude-standard")
    return tuple(name for name in names if (ROOT / name).is_file())


def documents() -> list[str]:
    return [name for name in tracked() if name.endswith(".md")]


@functools.cache
def text_of(name: str) -> str:
    return (ROOT / name).read_text(errors="ignore")


@functools.cache
def code() -> str:
    """Return all code as a single text, without documents, lock files and catalogues."""
    return "\n".join(
        text_of(name)
        for name in tracked()
        if name not in LEFT_OUT
        and (name.endswith(CODE) or "." not in PurePosixPath(name).name or name.startswith("."))
    )


@functools.cache
def words() -> frozenset[str]:
    """Every word of the code, also with the hyphens, dots and slashes inside it."""
    return frozenset(WORD.findall(code())) | frozenset(re.findall(r"\w[\w./-]*\w", code()))


@functools.cache
def places() -> frozenset[str]:
    """Every file and folder by each ending of its path: `rules/vat.py`, `rules/vat`, `vat.py`."""
    found: set[str] = set()
    for name in tracked():
        parts = PurePosixPath(name).parts
        for end in range(1, len(parts) + 1):
            for start in range(end):
                place = "/".join(parts[start:end])
                found |= {place, place.removesuffix(".py")}
    return frozenset(found)


def modules(path: str) -> list[str]:
    """The files that a dotted or slashed name may mean: a module, or the files of a package."""
    place = path.replace(".", "/")
    return [
        name
        for name in tracked()
        if name.endswith(".py")
        and re.search(rf"(?:^|/){re.escape(place)}(?:\.py|/[^/]+\.py)$", name)
    ]


def stands(name: str) -> bool:
    """Return True if a file, module, module member or identifier of this name exists."""
    name = name.removesuffix("()")
    if name in FOREIGN or re.fullmatch(r"\{\w+\}", name):
        return True
    bare = re.sub(r"/\{\w+\}", "", name).strip("/").removeprefix("--")
    if "{" in bare or "*" in bare:
        return all(_matches(each) for each in expanded(bare))
    if bare in places() or bare in words():
        return True
    return _is_member(bare, is_address=name.startswith("/"))


def _is_member(name: str, *, is_address: bool) -> bool:
    """Return True if a module contains the last part, or the code all parts of the name."""
    owner, _dot, member = name.rpartition(".")
    homes = modules(owner) if owner and member != "py" else []
    if homes:
        return any(re.search(rf"\b{re.escape(member)}\b", text_of(home)) for home in homes)
    if "/" in name and not is_address:
        return False
    parts = re.split(r"[./]", name)
    return len(parts) > 1 and words().issuperset(parts)


def expanded(name: str) -> Iterator[str]:
    """Each name that a name with braces means."""
    found = re.search(r"\{([^}]*)\}", name)
    if found is None:
        yield name
        return
    for each in found.group(1).split(","):
        yield from expanded(name[: found.start()] + each + name[found.end() :])


def _matches(name: str) -> bool:
    pattern = re.compile(re.escape(name).replace(r"\*", r"[^/]*"))
    return any(pattern.fullmatch(place) for place in places())


def commands() -> set[str]:
    """The words of `troovon`, and the commands of `manage.py`, ours and Django's."""
    ours = {
        PurePosixPath(name).stem
        for name in tracked()
        if "/management/commands/" in name and name.endswith(".py")
    }
    return ours | set(re.findall(r"\"([a-z][\w-]*)\"", text_of("infra/local/cli.py"))) | DJANGO


def missing(text: str) -> Iterator[str]:
    """Yield the names in back-ticks that do not exist."""
    for ticked in TICKED.findall(re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
        name = " ".join(ticked.split())
        command = COMMAND.match(name)
        if command:
            if command.group(1) not in commands():
                yield name
        elif NAME.fullmatch(name) and WORD.search(name) and not stands(name):
            yield name


@pytest.mark.parametrize("document", documents())
def test_document_names_what_exists(document: str) -> None:
    assert sorted(set(missing(text_of(document)))) == []


@pytest.mark.parametrize("document", documents())
def test_link_of_a_document_leads_somewhere(document: str) -> None:
    folder = (ROOT / document).parent
    assert [name for name in LINK.findall(text_of(document)) if not (folder / name).exists()] == []


@pytest.mark.parametrize(
    "name",
    [
        "billing/ledger/nothing_there.py",
        "billing/neighbourhood/models",
        "/no_such_page/",
        "billing.ledger.no_such_function",
        "no_such_setting_anywhere",
        "rules/{vat,nothing_there}.py",
        "manage.py no_such_command",
        "troovon no-such-word",
    ],
)
def test_name_that_stands_for_nothing_is_found(name: str) -> None:
    assert list(missing(f"Look at `{name}`.")) == [name]


@pytest.mark.parametrize(
    "name",
    [
        "billing/ledger/posting.py",
        "billing.ledger.posting.post",
        "SECRET_KEY",
        "Tenant",
        "manage.py fec 2026",
        "rules",
    ],
)
def test_name_that_stands_is_no_finding(name: str) -> None:
    assert not list(missing(f"Look at `{name}`."))


@pytest.mark.parametrize("name", sorted({*BENCHES, *DRILLS}))
def test_readme_names_each_bench_and_drill(name: str) -> None:
    assert f"`{name}`" in (ROOT / "README.md").read_text()
