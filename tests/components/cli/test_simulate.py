"""`nat-egress simulate`: a profile and a trace, its files, and mistakes without tracebacks."""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from nat_egress.capacity.simulator import engine
from nat_egress.cli import simulate
from nat_egress.cli.app import main

ROOT = Path(__file__).parents[3]
PROD = ROOT / "stacks" / "prod.profile.yaml"
TRACE = """\
start_s,source,source_port,destination,port,protocol,life_s,end
0,10.0.0.4,40000,203.0.113.5,443,tcp,1,fin
1,10.0.0.5,40001,203.0.113.5,443,tcp,100,rst
2,10.0.0.5,40002,203.0.113.6,53,udp,0,closed
"""


def printed(capsys, *arguments):
    assert main(["simulate", *map(str, arguments)]) == 0
    return capsys.readouterr().out


def refused(capsys, *arguments):
    assert main(["simulate", *map(str, arguments)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    return err


@pytest.fixture
def trace(tmp_path):
    path = tmp_path / "trace.csv"
    path.write_text(TRACE)
    return path


def test_prod_is_simulated_with_the_addresses_of_its_size(capsys):
    found = json.loads(printed(capsys, PROD, "--seconds", 20, "--json"))
    assert json.loads(_size(capsys))["addresses"] == found["gateway"]["addresses"]
    assert found["summary"]["failures"] == 0
    assert len(found["series"]["end_s"]) == 20


def _size(capsys):
    assert main(["size", str(PROD), "--json"]) == 0
    return capsys.readouterr().out


def test_the_same_seed_prints_the_same(capsys, tmp_path):
    options = (PROD, "--addresses", 2, "--seconds", 5, "--json", "--plot")
    first = printed(capsys, *options, tmp_path / "a.svg")
    assert printed(capsys, *options, tmp_path / "b.svg") == first
    assert printed(capsys, *options, tmp_path / "c.svg", "--seed", 2) != first
    assert (tmp_path / "a.svg").read_text() == (tmp_path / "b.svg").read_text()
    printed(capsys, *options, tmp_path / "A.PNG")
    assert (tmp_path / "A.PNG").read_bytes().startswith(b"\x89PNG")


def test_a_trace_and_its_table_at_a_moment(capsys, trace):
    text = printed(capsys, trace, "--table-at", 1)
    rows = [line.split() for line in text.splitlines() if line.startswith("10.0.0.")]
    assert [(row[0], *row[2:]) for row in rows] == [
        ("10.0.0.4:40000", "203.0.113.5:443", "tcp", "held", "66.000000"),
        ("10.0.0.5:40001", "203.0.113.5:443", "tcp", "open", "101.000000"),
    ]
    assert json.loads(printed(capsys, trace, "--json"))["summary"]["calls"] == 3
    assert len(json.loads(printed(capsys, trace, "--table-at", 2, "--json"))["table"]) == 3


OUTAGE = """\
destinations:
  api:
    destination: {host: api.example.com, port: 443}
    source: {machines: 3}
    end: {fin: 1}
    connections: {rate_per_s: 50, life_s: 2}
    retry: {attempts: 1, backoff_s: 0, connect_timeout_s: 5}
  pool:
    destination: {host: db.example.com, port: 5432}
    source: {machines: 10}
    end: {fin: 1}
    pool: {max_per_process: 10}
    restart: {share: 1, within_s: 5, end: fin}
    retry: {attempts: 1, backoff_s: 1, connect_timeout_s: 4}
"""


def test_an_outage_and_a_restart(capsys, tmp_path):
    profile = tmp_path / "profile.yaml"
    profile.write_text(OUTAGE)
    run = (profile, "--seconds", 100, "--warm-up", 0, "--json")
    quiet = json.loads(printed(capsys, *run))
    assert set(quiet["series"]["half_open"]) == {0}
    assert quiet["notes"] == []

    found = json.loads(printed(capsys, *run, "--outage-at", 40, "--outage-for", 30, "--outage-of", "api"))
    half_open = found["series"]["half_open"]
    assert set(half_open[:39]) == {0}
    assert half_open[69] == pytest.approx(50 * 30, rel=0.1)
    assert half_open[99] == 0
    assert found["notes"] == ["api: no answer for 30 s from 40 s on; each try is a call"]

    both = json.loads(printed(capsys, *run, "--outage-at", 40))
    assert both["series"]["half_open"][69] == pytest.approx(50 * 30 + 100 * 30 / 5, rel=0.1)
    assert "note: pool: no answer for 60 s from 40 s on" in printed(capsys, *run[:-1], "--outage-at", 40)

    restarted = json.loads(printed(capsys, *run, "--restart-at", 40))
    more = restarted["series"]["held"][39] - quiet["series"]["held"][39]
    assert more == 100, "the pool alone has a restart in the profile"


def test_a_trace_has_its_own_outages(capsys, trace):
    for option in ("--restart-at", "--outage-at"):
        assert "in a trace, connections have the end `unanswered`" in refused(capsys, trace, option, 1)


def test_broken_lines_are_refused_or_counted(capsys, trace):
    trace.write_text(TRACE + "3,10.0.0.4,1,203.0.113.5,443,tcp,nan,fin\n")
    assert f"{trace}:5: life_s is nan" in refused(capsys, trace)
    assert "note: a broken line is left out" in printed(capsys, trace, "--skip-broken-lines")


def progress(capsys, *arguments) -> list[str]:
    """Return the shares done that a run shows on a terminal's standard error."""
    assert main(["simulate", str(PROD), "--addresses", "2", "--seconds", "20", *arguments]) == 0
    return re.findall(r"simulating.*?(\d+)%", capsys.readouterr().err)


def test_a_bar_on_a_terminal_tells_how_far_it_is(capsys, monkeypatch):
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setattr(engine, "QUIET_S", math.inf)
    assert progress(capsys) == [], "a short run says nothing"
    monkeypatch.setattr(engine, "QUIET_S", 0.0)
    assert progress(capsys)[-1] == "100"
    assert progress(capsys, "--json") == []
    monkeypatch.setenv("TTY_COMPATIBLE", "0")
    assert progress(capsys) == [], "standard error is no terminal"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--seconds", "nan"), "seconds is NaN"),
        (("--seconds", "-1"), "seconds is -1"),
        (("--step", "0"), "step is 0"),
        (("--seconds", "1e8", "--step", "1"), "too many rows"),
        (("--seconds", "100", "--warm-up", "100"), "leaves nothing"),
        (("--addresses", "0"), "addresses is 0"),
        (("--seed", "-1"), "seed is -1"),
        (("--plot", "a.pdf"), "--plot is a.pdf: give the file a name that ends with .svg or .png"),
        (("--plot", "none/a.svg"), "can't be written"),
        (("--table-at", "11", "--seconds", "10"), "the run ends at 10 s"),
        (("--restart-at", "10", "--seconds", "10"), "the restart is at 10 s, and the run ends at 10 s"),
        (("--outage-at", "11", "--seconds", "10"), "the outage is at 11 s, and the run ends at 10 s"),
        (("--outage-at", "-1"), "outage_at is -1"),
        (("--outage-at", "5", "--outage-for", "0"), "outage_for is 0"),
        (("--outage-for", "5"), "outage_for is 5.0: it says more of an outage, and outage_at is not set"),
        (("--outage-of", "telemetry"), "outage_of is telemetry: it says more of an outage"),
        (("--outage-at", "5", "--outage-of", "nobody"), "outage_of is nobody: no destination has that name. There are"),
        (("--table-at", "9", "--seconds", "10"), "take a smaller run"),
        (("--seconds", "1e6", "--step", "10"), "Simulate a shorter time"),
    ],
)
def test_what_cannot_be_is_refused(capsys, arguments, reason):
    assert reason in refused(capsys, PROD, *arguments)


def test_files_that_are_not_there_are_refused(capsys, tmp_path):
    assert "none.csv" in refused(capsys, tmp_path / "none.csv")
    assert "none.yaml" in refused(capsys, tmp_path / "none.yaml")


def test_without_numba_it_says_what_to_install(capsys, monkeypatch):
    monkeypatch.setattr(simulate, "find_spec", lambda _: None)
    assert "pip install 'nat-egress[simulate]'" in refused(capsys, PROD)


@pytest.mark.process
@pytest.mark.parametrize("module", ["nat_egress", "nat_egress.cli.app", "nat_egress.capacity.sizing"])
def test_numpy_and_numba_load_for_a_simulation_alone(module):
    heavy = {"numpy", "numba", "pandas", "pyarrow", "duckdb", "matplotlib"}
    script = f"import sys, {module}; sys.exit(len({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


@pytest.mark.process
def test_what_parquet_and_pictures_need_loads_for_them_alone(trace):
    script = (
        f"import sys; from nat_egress.cli.app import main; main(['simulate', {str(trace)!r}, '--json']); "
        "print(sorted({'duckdb', 'matplotlib', 'numba'} & set(sys.modules)), file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert ran.stderr == "['numba']\n"


@pytest.mark.parametrize(
    ("module", "arguments"), [("duckdb", ["connections.parquet"]), ("matplotlib", [PROD, "--plot", "a.svg"])]
)
def test_without_what_reads_or_draws_it_says_what_to_install(capsys, monkeypatch, module, arguments):
    monkeypatch.setattr(simulate, "find_spec", lambda name: None if name == module else name)
    assert f"needs {module}: pip install 'nat-egress[simulate]'" in refused(capsys, *arguments)


def test_a_parquet_trace_gives_what_the_same_csv_gives(capsys, trace):
    copy = trace.with_suffix(".parquet")
    duckdb.execute(f"COPY (FROM read_csv('{trace}')) TO '{copy}'")
    assert printed(capsys, copy, "--json") == printed(capsys, trace, "--json")
    broken = "9, '10.0.0.4', 0, '203.0.113.6', 53, 'udp', 1, 'closed'"
    duckdb.execute(f"COPY (FROM read_csv('{trace}') UNION ALL SELECT {broken}) TO '{copy}'")
    assert f"{copy}: row 4: source_port is 0" in refused(capsys, copy)
    assert "note: a broken line is left out" in printed(capsys, copy, "--skip-broken-lines")
