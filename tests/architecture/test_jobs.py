"""A job that a dead broker never took is found by a clock, or may be lost for a reason."""

import ast
import importlib
from collections.abc import Iterator

from tests.architecture.jobs import FOUND_AGAIN, MAY_BE_LOST
from tests.architecture.source import Source, called, parsed, sources
from tests.architecture.test_clock import scheduled

KERNEL = "saas/kernel/tasks.py"


def queued(source: Source) -> Iterator[tuple[str, str]]:
    """The jobs that a file queues after the commit."""
    for call in source.calls():
        if called(call) in {"after_commit", "call_after_commit"}:
            for what in alternatives(call.args[0]):
                yield source.name, ast.unparse(what)


def alternatives(what: ast.expr) -> Iterator[ast.expr]:
    if isinstance(what, ast.IfExp):
        yield from (what.body, what.orelse)
    elif isinstance(what, ast.Lambda):
        yield what.body
    else:
        yield what


def everything_queued() -> set[tuple[str, str]]:
    return {one for source in sources() if source.name != KERNEL for one in queued(source)}


def test_each_job_is_found_again_or_may_be_lost_for_a_reason() -> None:
    assert everything_queued() - set(FOUND_AGAIN) - set(MAY_BE_LOST) == set()


def test_nothing_is_listed_that_nobody_queues() -> None:
    assert (set(FOUND_AGAIN) | set(MAY_BE_LOST)) - everything_queued() == set()


def test_nothing_is_both_found_again_and_lost() -> None:
    assert not set(FOUND_AGAIN) & set(MAY_BE_LOST)
    assert all(len(reason.split()) > 4 for reason in MAY_BE_LOST.values())


def test_each_finder_of_lost_jobs_exists_and_is_scheduled() -> None:
    """Check that the finder is scheduled, or fanned out over the spaces by a scheduled job."""
    for dotted in set(FOUND_AGAIN.values()):
        module_name, _, name = dotted.rpartition(".")
        module = importlib.import_module(module_name)
        assert hasattr(module, name), dotted
        assert dotted in scheduled() or is_fanned_out(module_name, name), dotted


def is_fanned_out(module_name: str, name: str) -> bool:
    path = module_name.replace(".", "/") + ".py"
    (clock,) = (source for source in sources() if source.name == path)
    return any(
        called(call) in {"fan_out", "send"} and call.args and ast.unparse(call.args[0]) == name
        for call in clock.calls()
    )


def test_a_new_job_is_seen_whichever_way_it_is_written() -> None:
    text = "after_commit(a.b if c else d)\ncall_after_commit(lambda: go(1))\ntasks.after_commit(e)"
    assert [what for _, what in queued(parsed(text))] == ["a.b", "d", "go(1)", "e"]
