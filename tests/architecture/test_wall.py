"""The wall between spaces is opened only by the few files that are listed for it."""

import ast
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, parsed, sources
from tests.architecture.wall import (
    RULES,
    RUNS_TEXT,
    Finder,
    canvas,
    loose_threads,
    module_level_queries,
    shared_form,
)


@pytest.mark.parametrize("name", RULES)
def test_only_named_files_do_what_a_rule_forbids(name: str) -> None:
    assert [fault for source in sources() for fault in RULES[name].faults(source)] == []


@pytest.mark.parametrize("name", RULES)
def test_planted_breach_is_found(name: str) -> None:
    assert RULES[name].faults(parsed(RULES[name].planted, "saas/anywhere.py"))


@pytest.mark.parametrize("name", RULES)
def test_a_file_that_is_named_is_there_and_does_it(name: str) -> None:
    """Check that each listed file still needs its permission.

    A stale entry would open the wall for the next file of that name.
    """
    idle = []
    for allowed in RULES[name].allowed:
        if allowed.endswith("*"):
            assert list(ROOT.glob(allowed)), allowed
            continue
        rule = RULES[name]._replace(allowed=())
        if not any(rule.faults(source) for source in sources() if source.name == allowed):
            idle.append(allowed)
    assert idle == []


@pytest.mark.parametrize(
    ("find", "text"),
    [
        (canvas, "from celery import chain"),
        (shared_form, "async with request.space:\n    pass"),
        (shared_form, "tenant.activate()"),
        (loose_threads, "loop.run_in_executor(None, read)"),
        (loose_threads, "Thread(target=read).start()"),
        (loose_threads, "with ThreadPoolExecutor() as pool:\n    pass"),
        (loose_threads, "sync_to_async(read, thread_sensitive=False)"),
        (loose_threads, "sync_to_async(read, thread_sensitive=wish)"),
        (module_level_queries, "PEOPLE = User.objects.all()"),
    ],
)
def test_other_form_of_a_breach_is_found(find: Finder, text: str) -> None:
    assert list(find(ast.parse(text)))


@pytest.mark.parametrize(
    ("find", "text"),
    [
        pytest.param(loose_threads, "sync_to_async(read)()", id="the request's own thread"),
        pytest.param(
            module_level_queries,
            "class A:\n    who = lambda self: U.objects.all()",
            id="a query that begins when it is asked for",
        ),
    ],
)
def test_innocent_code_that_looks_like_a_breach_is_none(find: Finder, text: str) -> None:
    assert not list(find(ast.parse(text)))


def statements_of_the_database() -> list[Path]:
    tops = ("saas", "tenants", "billing")
    patterns = ("migrations/0*.py", "sql/*.sql")
    return [path for top in tops for form in patterns for path in sorted((ROOT / top).rglob(form))]


def test_no_function_of_the_database_runs_the_text_that_it_is_given() -> None:
    found = statements_of_the_database()
    assert {path.suffix for path in found} == {".py", ".sql"}
    running = [path.name for path in found if RUNS_TEXT.search(path.read_text())]
    assert running == []


@pytest.mark.parametrize(
    "text", ["EXECUTE format('SET ROLE %I', name);", "EXECUTE wanted;", "EXECUTE 'DROP ' || name;"]
)
def test_a_function_that_runs_text_is_found(text: str) -> None:
    assert RUNS_TEXT.search(text)


@pytest.mark.parametrize(
    "text",
    [
        "FOR EACH ROW EXECUTE FUNCTION balanced();",
        "REVOKE EXECUTE ON FUNCTION set_config FROM PUBLIC",
    ],
)
def test_a_trigger_and_a_grant_run_no_text(text: str) -> None:
    assert not RUNS_TEXT.search(text)
