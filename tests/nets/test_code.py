"""What the import contracts cannot say about the code."""

import ast
import sys
import tomllib
from pathlib import Path

import pytest

from tests.nets.source import FLOORS, MODULES, PACKAGE, ROOFS, ROOT, SLICES, calls, imports, place_of, rooms_of, tree_of

pytestmark = pytest.mark.once

ROOMS = {"__init__", "pages", "commands", "forms", "waits", "mails", "letters", "tables", "mailers", "events", "rules"}
PURE = {"core", "rules", "events"}
# A session that sees every organisation is a master key. Think twice before you add a line.
MASTER_KEYS = {"everywhere", "sweeping", "system_scope"}
MAY_LOOK_EVERYWHERE = {
    "database/health.py": 3,  # heartbeats are nobody's organisation
    "demo/seeding.py": 3,  # whether anyone is there already, and real; casting the demo
    "mail/leasing.py": 3,  # claims letters of every organisation, and gives them back
    "mail/pausing.py": 3,  # the channel is nobody's organisation
    "mail/waking.py": 2,  # whether any is due, and what a killed sender held
    "authenticity/assigning.py": 1,  # the tick shares out what waits in every organisation
    "authenticity/examining.py": 4,  # claims content of every organisation to be looked at, also anew, one at a time
    "deliverables/expiring.py": 1,  # the tick claims licences of every organisation
    "files/moving.py": 1,  # every file there is, from one store into another
    "files/preparing.py": 6,  # claims files of every organisation, frees those of a killed one, deletes what is stale
    "files/sweeping.py": 1,  # deletes what no row of any organisation speaks of
    "files/uploading.py": 2,  # forgets what was left, of every organisation
    "factory.py": 1,  # writes the heartbeat after each round
    "operations/alerting.py": 2,  # what the tick looks after stands still for all alike
    "operations/pages.py": 1,  # the figures of the whole installation, for whoever has the token
    "people/authenticating.py": 5,  # who is at the door, before they act for anyone; all links to one password
    "people/commands.py": 2,  # says which organisations stand, and makes another
    "people/pages/door.py": 4,  # signing in, choosing an organisation, the first start
    "people/pages/own.py": 2,  # one's own account is nobody's organisation
    "reminders/bundling.py": 1,  # the tick puts one mail a day together in every organisation
    "reminders/dunning.py": 1,  # the tick claims payments of every organisation
    "reminders/watching.py": 1,  # the tick claims steps of every organisation
    "plans/resolving.py": 1,  # the rules of zones change for everybody alike
    "reminders/retiming.py": 1,  # so they do
    "portfolio/pages/feeds.py": 1,  # a creator's feed holds the dates of every organisation they work with
    "portfolio/pages/own.py": 1,  # which organisations a creator's own page is put together from
    "story/commands.py": 2,  # counts what the story left behind
    "story/playing.py": 1,  # finds the next moment at which anything happens
    "story/telling.py": 2,  # casts a story, and finds the people of one that goes on
    "web/typed.py": 1,  # forgets old texts of every organisation
    "web/linking.py": 1,  # whose link this is, before anyone is known
}
# Everyone else is handed `work.now`, so that one unit of work has one moment.
MAY_ASK_A_CLOCK = {
    "mail/leasing.py",  # leases run by the machine's clock
    "mail/pausing.py",  # so do the channel's pauses
    "mail/delivering.py",  # so does a round, over many transactions
    "mail/waking.py",  # so do those of a killed sender
    "operations/alerting.py",  # how long nobody was at work is a matter of the machine's clock
    "operations/pages.py",  # the same, and /metrics belongs to no organisation
    "people/authenticating.py",  # sessions end by the machine's clock
}
CORE_WRITES = {"insert", "update", "delete"}

# Words in, a number out: it asks nothing of the world, and what uses it is as pure as before.
COMPUTING = {"rapidfuzz"}
every_module = pytest.mark.parametrize("path", MODULES, ids=place_of)


@every_module
def test_modules_and_functions_stay_small(path: Path) -> None:
    lengths = {
        node.name: (node.end_lineno or 0) - node.lineno + 1
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }

    assert len(path.read_text().splitlines()) <= 400
    assert not {name: lines for name, lines in lengths.items() if lines > 50}


@every_module
def test_only_tables_assign_a_state(path: Path) -> None:
    targets = [
        target.lineno
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign)
        for target in ast.walk(node)
        if isinstance(target, ast.Attribute) and isinstance(target.ctx, ast.Store) and target.attr == "state"
    ]

    assert "tables" in rooms_of(path) or not targets


def test_every_table_of_transitions_is_tested_for_every_state_action_and_role() -> None:
    tables = {
        node.target.id
        for path in MODULES
        for node in tree_of(path).body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
        if ast.unparse(node.annotation).startswith("Machine[")
    }
    tests = "".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))

    assert {table for table in tables if f"{table}.advance(state, action, role) is target" not in tests} == set()
    assert len(tables) >= 7


@every_module
def test_pure_modules_import_the_standard_library_and_each_other(path: Path) -> None:
    if PURE.isdisjoint(rooms_of(path)):
        return
    foreign = [
        name
        for level, name, _ in imports(path)
        if not level and name.split(".")[0] not in sys.stdlib_module_names and PURE.isdisjoint(name.split("."))
    ]

    assert not {name.split(".")[0] for name in foreign} - COMPUTING


@every_module
def test_only_the_clock_reads_the_machine_s_time(path: Path) -> None:
    readers = [
        f"{name}, line {call.lineno}"
        for name, call in calls(path)
        if name in {"today", "utcnow", "time_ns"} or (name == "now" and asked(call) in {"datetime", "dt", "date"})
    ]

    assert place_of(path) == "core/clock.py" or not readers


@every_module
def test_slices_take_the_moment_from_their_work(path: Path) -> None:
    readers = [call.lineno for name, call in calls(path) if name == "now"]

    assert path.parts[len(PACKAGE.parts)] not in SLICES or place_of(path) in MAY_ASK_A_CLOCK or not readers


def asked(call: ast.Call) -> str:
    """Return the last word of what a method is called on."""
    on = call.func.value if isinstance(call.func, ast.Attribute) else None
    return on.attr if isinstance(on, ast.Attribute) else on.id if isinstance(on, ast.Name) else ""


@every_module
def test_few_look_everywhere(path: Path) -> None:
    found = sum(name in MASTER_KEYS for name, _ in calls(path))

    assert found == MAY_LOOK_EVERYWHERE.get(place_of(path), 0)


@every_module
def test_only_the_database_floor_writes_without_the_orm(path: Path) -> None:
    if "database" in rooms_of(path) or place_of(path) == "clockwork/distributed.py":  # asks for jobs on its connection
        return
    taken = {name for _, module, names in imports(path) if module.split(".")[0] == "sqlalchemy" for name in names}
    asked = {name for name, _ in calls(path) if name.startswith("bulk_") or name in {"connection", "exec_driver_sql"}}

    assert not taken & CORE_WRITES
    assert not asked
    # A table may write the condition of a partial index as text: that is a schema, not a statement.
    assert "text" not in taken or "tables" in rooms_of(path)
    assert '"claiming"' not in path.read_text()


@every_module
def test_nothing_dangerous_is_called(path: Path) -> None:
    modules = {name.split(".")[0] for _, name, _ in imports(path)}
    called = {name for name, _ in calls(path)}
    shells = [call.lineno for _, call in calls(path) for word in call.keywords if word.arg == "shell"]

    assert modules.isdisjoint({"pickle", "marshal", "shelve", "yaml"})
    assert called.isdisjoint({"eval", "exec", "Markup", "render_template_string", "system", "popen"})
    assert not shells


@every_module
def test_pictures_are_opened_with_their_formats_named(path: Path) -> None:
    careless = [
        call.lineno
        for name, call in calls(path)
        if name == "open"
        and isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "Image"
        and "formats" not in {word.arg for word in call.keywords}
    ]

    assert not careless


@every_module
def test_a_suppression_carries_its_reason(path: Path) -> None:
    bare = [
        line
        for line in path.read_text().splitlines()
        for mark in ("# noqa", "# type: ignore")
        if mark in line and not any(sign in line.split(mark, 1)[1] for sign in (" - ", " # "))
    ]

    assert not bare


def contract(name: str) -> dict[str, list[str]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts: list[dict[str, list[str]]] = settings["tool"]["importlinter"]["contracts"]
    (found,) = (each for each in contracts if str(each["name"]).startswith(name))
    return found


def test_every_slice_is_under_the_contract_for_slices() -> None:
    named = {name.removeprefix("partnerships.") for name in contract("Inside every slice")["containers"]}

    assert named >= SLICES


def test_every_room_of_the_house_is_known() -> None:
    folders = {path.parent.name for path in PACKAGE.glob("*/*.py")}

    assert folders - {"partnerships"} <= SLICES | FLOORS | ROOFS


@pytest.mark.parametrize("folder", sorted(SLICES))
def test_a_module_of_a_slice_is_a_known_room_or_something_people_do(folder: str) -> None:
    strange = [
        path.name
        for path in (PACKAGE / folder).iterdir()
        if path.suffix == ".py" and path.stem not in ROOMS and not path.stem.partition("_")[0].endswith("ing")
    ]

    assert not strange
