"""Rules of rooms that linters can't see: sizes, forms of actions and tasks, writers, openers."""

import ast
import re

from tests.architecture.source import (
    Function,
    Source,
    called,
    decorators,
    kind_of,
    room_files,
    sources,
)

MOST_LINES = 400
LONGEST_FUNCTION = 40
# Marks actions that the clock or Stripe starts, without a user.
UNATTENDED = re.compile(r"\bCalled (?:by|after|when)\b|There is no `by`")
WRITERS = {"actions", "settlement", "tasks", "gateway"}
# In billing: books, history, and the traffic between us and Stripe.
WRITERS |= {"posting", "transitions", "calls", "events", "halts"}
WRITES = {"save", "create", "bulk_create", "bulk_update", "delete"}
WRITES |= {"update_or_create", "get_or_create"}
WAYS_IN = {"require_GET", "require_POST", "require_http_methods", "require_safe"}
# Packages with side effects on import; all others contain modules and re-export no names.
FACES = {
    "saas/__init__.py": "Celery's app stands before the first task is looked at",
    "infra/stripe_simulator/objects/__init__.py": "an object's addresses exist once it is imported",
}
TASK_TYPES = {"int", "str", "UUID", "uuid.UUID", "dt.date"}


def public_functions(source: Source) -> list[Function]:
    return [
        node
        for node in source.tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]


def test_a_file_can_be_read_in_one_sitting() -> None:
    long = [
        f"{source.name} has {lines} lines"
        for source in sources()
        if (lines := len(source.path.read_text().splitlines())) > MOST_LINES
    ]
    assert not long


def test_a_function_fits_a_screen() -> None:
    long = [
        source.at(function, f"{function.name} has {length} lines")
        for source in sources()
        for function in source.functions()
        if (length := lines_to_follow(function)) > LONGEST_FUNCTION
    ]
    assert not long


def lines_to_follow(function: Function) -> int:
    """Return the number of lines of a function; a dictionary literal counts as a single line."""
    shapes = [node for node in ast.walk(function) if isinstance(node, ast.Dict)]
    inside = {
        line for shape in shapes for line in range(shape.lineno + 1, (shape.end_lineno or 0) + 1)
    }
    lines = range(function.lineno, (function.end_lineno or 0) + 1)
    return sum(line not in inside for line in lines)


def test_an_action_is_keyword_only_atomic_and_says_who_and_when() -> None:
    assert room_files("actions")
    wrong = [
        source.at(function, f"{function.name}: {fault}")
        for source in room_files("actions")
        for function in public_functions(source)
        for fault in faults_of_action(function)
    ]
    assert not wrong


def faults_of_action(function: Function) -> list[str]:
    names = {argument.arg for argument in function.args.kwonlyargs}
    unattended = UNATTENDED.search(" ".join((ast.get_docstring(function) or "").split()))
    faults = []
    if function.args.args or function.args.posonlyargs:
        faults.append("takes positional arguments")
    if "at" not in names:
        faults.append("does not say when (at=)")
    if "by" not in names and not unattended:
        faults.append("does not say who (by=)")
    if "transaction.atomic" not in decorators(function):
        faults.append("is not one transaction")
    return faults


def test_a_task_takes_ids_and_says_where_it_runs() -> None:
    wrong = []
    for source in (*room_files("tasks"), *room_files("clock")):
        for function in public_functions(source):
            base = {
                ast.unparse(keyword.value)
                for decorator in function.decorator_list
                if isinstance(decorator, ast.Call)
                for keyword in decorator.keywords
                if keyword.arg == "base"
            }
            if not base & {"TenantTask", "OutsideTask", "PublicTask"}:
                continue
            wrong += [
                source.at(function, f"{function.name} takes {ast.unparse(argument)}")
                for argument in function.args.args
                if argument.annotation is None or ast.unparse(argument.annotation) not in TASK_TYPES
            ]
    assert not wrong


def test_every_job_is_a_placed_task() -> None:
    loose = [
        source.at(function, function.name)
        for source in sources()
        for function in source.functions()
        for decorator in function.decorator_list
        if "shared_task" in ast.unparse(decorator) and "base=" not in ast.unparse(decorator)
    ]
    assert not loose


def test_only_actions_and_what_finishes_them_write() -> None:
    wrong = [
        source.at(call, f"{ast.unparse(call.func)} in {kind}")
        for source in sources()
        if (kind := kind_of(source.path)) is not None and kind not in WRITERS
        for call in source.calls()
        if called(call) in WRITES
        and isinstance(call.func, ast.Attribute)
        and not ast.unparse(call.func).startswith(("super()", "actions."))
    ]
    assert not wrong


def test_a_view_says_which_methods_it_answers() -> None:
    wrong = [
        source.at(function, function.name)
        for source in room_files("views")
        for function in public_functions(source)
        if function.args.args
        and function.args.args[0].arg == "request"
        and not decorators(function) & WAYS_IN
        and "HttpResponse" in ast.unparse(function.returns or ast.Constant(value=None))
    ]
    assert not wrong


def test_nobody_reaches_a_model_by_its_name_in_a_string() -> None:
    wrong = [
        source.at(call, "get_model")
        for source in sources()
        for call in source.calls()
        if called(call) == "get_model"
    ]
    assert not wrong


def test_a_name_is_imported_from_the_module_that_defines_it() -> None:
    """A package holds its docstring alone. Django loads tables by `models`, so these list them."""
    packages = [source for source in sources() if source.path.name == "__init__.py"]
    faces = {source.name for source in packages if source.tree.body[1:]}
    models = {name for name in faces if name.endswith("/models/__init__.py")}
    assert faces - models == {*FACES}
    assert not [
        source.at(node, "is more than a list of tables")
        for source in packages
        if source.name in models
        for node in source.tree.body[1:]
        if not isinstance(node, ast.ImportFrom | ast.Assign)
    ]
