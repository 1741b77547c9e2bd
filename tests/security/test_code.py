"""Rules of code that no linter of ours holds: patterns, format strings, scripts."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import ROOT, nodes_of, served_sources

RUNS_TEXT = {"eval", "exec", "compile", "__import__"}
UNPACKS_OBJECTS = {"pickle", "marshal", "shelve", "yaml", "jsonpickle", "dill"}
PATTERNS = {"compile", "search", "match", "fullmatch", "sub", "split", "findall", "finditer"}
# Put together of lists and tables in the code itself.
OF_OUR_LISTS = {
    "saas/catalogue/merchants/rules/advertising_words.py",
    "tenants/community/moderation/rules/goods.py",
    "billing/wording/reasons.py",
    "tenants/spaces/database/locks.py",
    "tenants/spaces/database/cells/faults.py",
}
SHELLS = {"os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"}
STARTS_PROGRAMS = {
    "saas/kernel/sandbox/runner.py",
    "saas/commands/backups/side.py",
    "saas/commands/backups/programs.py",
    "tenants/spaces/database/blueprint.py",
}
STORES = re.compile(r"\b(localStorage|sessionStorage|indexedDB|document\.cookie)\b")
# A screen plays without a network, and clears its storage when it is unpaired.
MAY_STORE = {"screen.js", "typed.js"}
COPIES_KEYS = re.compile(r"__proto__|Object\.assign|\.prototype\b|\bfor \(\w+ \w+ in ")


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for source in served_sources():
        yield Path(source.name), source.tree


def calls() -> Iterator[tuple[Path, ast.Call]]:
    for path, tree in trees():
        for node in nodes_of(tree):
            if isinstance(node, ast.Call):
                yield path, node


def is_ours(node: ast.expr) -> bool:
    """Whether an expression is written in the code: a text, a constant, or text around escapes."""
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.Name | ast.Attribute):
        name = node.id if isinstance(node, ast.Name) else node.attr
        return name.isupper() or name.startswith("_") or name == "pattern"
    if isinstance(node, ast.JoinedStr):
        return all(
            is_ours(part.value) if isinstance(part, ast.FormattedValue) else True
            for part in node.values
        )
    if isinstance(node, ast.BinOp):
        return is_ours(node.left) and is_ours(node.right)
    if isinstance(node, ast.Call):
        escapes = {"re.escape", "_", "gettext", "ngettext", "str", "sql.SQL", "SQL"}
        return ast.unparse(node.func) in escapes
    return False


def test_nothing_runs_text() -> None:
    found = [
        f"{path}:{call.lineno}"
        for path, call in calls()
        if isinstance(call.func, ast.Name) and call.func.id in RUNS_TEXT
    ]
    imported = [
        f"{path}: {name.name}"
        for path, tree in trees()
        for node in nodes_of(tree)
        if isinstance(node, ast.Import)
        for name in node.names
        if name.name.partition(".")[0] in UNPACKS_OBJECTS
    ]
    assert found + imported == []


def test_pattern_is_written_by_us_or_escaped() -> None:
    found = [
        f"{path}:{call.lineno} {ast.unparse(call)[:80]}"
        for path, call in calls()
        if isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "re"
        and call.func.attr in PATTERNS
        and not is_ours(call.args[0])
        and str(path) not in OF_OUR_LISTS
    ]
    assert found == []


def test_format_string_is_written_by_us() -> None:
    found = [
        f"{path}:{call.lineno} {ast.unparse(call)[:80]}"
        for path, call in calls()
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in {"format", "format_map"}
        and (call.args or call.keywords)
        and not is_ours(call.func.value)
        and str(path) not in OF_OUR_LISTS
    ]
    assert found == []


def scripts() -> list[Path]:
    found = sorted((ROOT / "frontend_templates" / "static").rglob("*.js"))
    assert found
    return found


def test_browser_stores_only_plays_and_unsent_text() -> None:
    storing = {path.name for path in scripts() if STORES.search(path.read_text())}
    assert storing <= MAY_STORE


def test_scripts_copy_no_keys_of_others() -> None:
    found = [
        f"{path.name}:{number}"
        for path in scripts()
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if COPIES_KEYS.search(line)
    ]
    assert found == []


def test_programs_get_lists_of_words_and_no_shell() -> None:
    found = []
    for path, call in calls():
        name = ast.unparse(call.func)
        if name in SHELLS or any(word.arg == "shell" for word in call.keywords):
            found.append(f"{path}:{call.lineno} {name}")
        if name.startswith("subprocess.") and str(path) not in STARTS_PROGRAMS:
            found.append(f"{path}:{call.lineno} starts a program")
    assert found == []
