"""Mutants of the rules of money: they can be planted, and a test notices or it is told."""

import ast
import itertools
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import override

import pytest

from infra.drills import settlement_mutants
from infra.drills.mutants import changes
from infra.drills.mutants.changes import Mutant
from infra.drills.mutants.runner import Life, Trial, merged
from infra.drills.mutants.watch import MOST_SECONDS, Watch
from infra.drills.running.harness import Bar
from infra.local.processes import ROOT
from saas.kernel.hooks import Hook

SPLIT = "billing/ledger/rules/split.py"
FEWEST = 2_000


@pytest.fixture(scope="module")
def mutants() -> list[Mutant]:
    """All of them, read when a test needs them: they take longer to find than this file to read."""
    return list(settlement_mutants.known(ROOT))


@pytest.fixture
def on_the_first_line(mutants: list[Mutant]) -> Mutant:
    return mutants[0]._replace(file=SPLIT, line=1, last_line=1)


def test_every_file_of_settlement_and_its_rules_has_mutants(
    mutants: list[Mutant],
) -> None:
    files = {mutant.file for mutant in mutants}
    assert {
        "billing/ledger/posting.py",
        SPLIT,
        "billing/adjustments/settlement/refunds.py",
    } <= files
    assert len(mutants) > FEWEST
    assert len({mutant.kind for mutant in mutants}) >= 14


def test_pattern_that_names_no_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match=r"billing/transitions/\*\*/\*\.py"):
        settlement_mutants.files(tmp_path)


def test_a_mutant_is_other_code_than_before(mutants: list[Mutant]) -> None:
    for mutant in itertools.islice(mutants, 0, None, 97):
        source = (ROOT / mutant.file).read_text()
        planted = changes.planted(source, mutant)
        assert ast.dump(planted) != ast.dump(ast.parse(source)), mutant
        compile(planted, mutant.file, "exec")


def test_words_for_people_and_types_have_no_mutants(tmp_path: Path) -> None:
    (tmp_path / "file.py").write_text(
        "def half(of: int | None) -> int | None:\n"
        '    """Say so."""\n'
        "    logger.info('halved')\n"
        "    return of // 2\n"
    )
    kinds = [mutant.kind for mutant in changes.mutants_of(tmp_path, "file.py")]
    assert sorted(kinds) == ["arithmetic", "one less", "one more", "returns nothing"]


def test_locks_and_moments_have_mutants(mutants: list[Mutant]) -> None:
    dropped = {mutant.file for mutant in mutants if mutant.kind == "no lock"}
    assert {
        "billing/councils/settlement/netting.py",
        "billing/councils/settlement/releases.py",
        "billing/stripe/calls/send.py",  # within an f-string
    } <= dropped
    moments = [mutant for mutant in mutants if mutant.kind == "moment of the job"]
    assert any(
        mutant.file == "billing/orders/settlement/months.py" and "runs_from" in mutant.before
        for mutant in moments
    )


def test_each_locked_query_and_each_conditional_write_has_a_mutant(mutants: list[Mutant]) -> None:
    locked = Counter(mutant.file for mutant in mutants if mutant.kind == "no row lock")
    assert locked == {
        file: count
        for file in settlement_mutants.files(ROOT)
        if (count := (ROOT / file).read_text().count(".select_for_update("))
    }
    written = {mutant.file for mutant in mutants if mutant.kind == "no condition"}
    assert {"billing/stripe/calls/send.py", "billing/transitions/transition.py"} == written


def test_equivalents_are_mutants_that_exist_and_say_why(mutants: list[Mutant]) -> None:
    names = Counter(name for _, name in settlement_mutants.named(mutants))
    same = settlement_mutants.equivalents()
    assert {name: names[name] for name in same} == dict.fromkeys(same, 1)
    assert all(len(reason) > 10 for reason in same.values())


def watch_of(seconds: dict[int, float]) -> Watch:
    """The record of tests that all meet the first line of a file."""
    watch = Watch(ROOT, {SPLIT}, [])
    watch.met[SPLIT, 1] = list(seconds)
    watch.seconds = seconds
    return watch


def test_tests_that_begin_alike_share_what_the_first_met(
    on_the_first_line: Mutant,
) -> None:
    watch = watch_of({0: 3.0})
    watch.seconds = {0: 3.0, 1: 1.0, 2: 2.0}
    watch.begun_by = {0: [0, 2]}
    assert watch.of(on_the_first_line) == [2, 0]


def test_quick_tests_are_asked_first_and_before_them_those_that_noticed_much(
    on_the_first_line: Mutant,
) -> None:
    watch = watch_of({0: 3.0, 1: 1.0, 2: 2.0})
    assert watch.of(on_the_first_line) == [1, 2, 0]
    watch.noticed[SPLIT, 0] = 9
    assert watch.of(on_the_first_line) == [0, 1, 2]
    watch.red.add(1)
    assert watch.of(on_the_first_line) == [0, 2]


def test_no_mutant_takes_as_long_as_the_whole_run(on_the_first_line: Mutant) -> None:
    most = MOST_SECONDS
    watch = watch_of({0: most / 2, 1: most / 4, 2: most, 3: most / 5})
    assert watch.of(on_the_first_line) == [3, 1, 0]
    assert watch_of({0: 2.0 * most}).of(on_the_first_line) == [0]


def test_a_file_of_tables_alone_is_met_where_it_is_read() -> None:
    table = "billing/transitions/tables/orders.py"
    reader = str(ROOT / "billing/transitions/machines.py")
    watch = Watch(ROOT, {SPLIT, table}, [])
    assert watch.tables == {reader: [table]}


def test_a_table_is_looked_at_first_by_the_tests_of_its_own_room(
    on_the_first_line: Mutant,
) -> None:
    watch = watch_of({0: 1.0, 1: 3.0})
    watch.stand_in = [
        str(ROOT / "tests/billing/orders/a.py"),
        str(ROOT / "tests/billing/ledger/b.py"),
    ]
    read_when_loaded = on_the_first_line._replace(line=2, last_line=2)
    assert watch.of(read_when_loaded) == [1, 0]


def test_planted_file_keeps_the_answers_that_other_rooms_offered_to_its_questions() -> None:
    question: Hook[[], int] = Hook()
    question.offer("council", lambda: 7)
    assert merged(question, Hook()).ask() == [7]


class Outcomes(Trial):
    """Forks with outcomes set by the test: of the mutant, then of the test unchanged."""

    def __init__(self, *lives: Life) -> None:
        super().__init__([], watch_of({}))
        self.lives = list(lives)

    @override
    def live(self, tree: ast.Module | None, chosen: Sequence[int], file: str) -> Life:
        return self.lives.pop(0)


PASSED, FAILED = Life(ended=True, failed=False, last=7), Life(ended=True, failed=True, last=7)
HUNG = Life(ended=False, failed=False, last=7)


@pytest.mark.parametrize(
    ("lives", "verdict"),
    [
        ([PASSED], "survived"),
        ([FAILED, PASSED], "killed"),
        ([HUNG, PASSED], "never ended"),
        ([FAILED, FAILED, PASSED], "survived"),
        ([HUNG, HUNG, PASSED], "survived"),
        ([HUNG, FAILED, FAILED._replace(last=8), PASSED], "killed"),
        ([FAILED, HUNG, HUNG._replace(last=8), HUNG], "not to be told"),
        ([FAILED._replace(last=8), FAILED._replace(last=8), PASSED], "killed"),
        ([FAILED._replace(last=8), PASSED], "not to be told"),
    ],
)
def test_only_a_test_that_fails_alone_and_passes_where_nothing_is_changed_has_noticed(
    lives: list[Life], verdict: str
) -> None:
    assert Outcomes(*lives).tried(ast.parse(""), [7, 8], SPLIT) == verdict


@pytest.mark.nightly
def test_noticed_mutants_are_killed_and_a_missed_one_is_reported(mutants: list[Mutant]) -> None:
    """Check a mutant noticed by a test, and another noticed by the check after a test."""
    named = {name: mutant for mutant, name in settlement_mutants.named(mutants)}
    wrong_history = named["billing/transitions/transition.py: before=states[0],: 0 => 1"]
    noticed = next(
        mutant for mutant in mutants if mutant.file == SPLIT and mutant.kind == "arithmetic"
    )
    missed = next(
        mutant for mutant in mutants if mutant.file == "billing/stripe/rules/reception.py"
    )
    tests = (
        "tests/billing/orders/settlement/test_statements.py",
        "tests/billing/ledger/rules/test_split.py",
    )
    report = settlement_mutants.tried([noticed, wrong_history, missed], Bar("mutants"), tests=tests)
    assert "red tests" not in report.tried
    by_file = report.notes["by_file"]
    assert by_file[SPLIT]["killed"] == by_file[wrong_history.file]["killed"] == 1, report.found
    assert by_file[missed.file]["never met"] == 1, report.found
    assert "reception.py" in report.found[0]
