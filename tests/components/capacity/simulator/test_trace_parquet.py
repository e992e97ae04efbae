"""Traces that are Parquet files: the same connections, checks and messages as of CSV files."""

from __future__ import annotations

import duckdb
import pytest
from nat_egress.capacity.simulator.connections import ABANDONED, CLOSED, FIN, TCP, UDP
from nat_egress.capacity.simulator.errors import CannotSimulate
from nat_egress.capacity.simulator.trace import read_trace

COLUMNS = {
    "start_s": "DOUBLE",
    "source": "VARCHAR",
    "source_port": "USMALLINT",
    "destination": "VARCHAR",
    "port": "INTEGER",
    "protocol": "VARCHAR",
    "life_s": "DOUBLE",
    "end": "VARCHAR",
    "spacing_s": "DOUBLE",
}
GOOD = (0.5, "10.0.0.4", 40000, "203.0.113.5", 443, "tcp", 1.25, "fin", None)
LATER = (2, "10.0.0.5", 40001, "203.0.113.5", 53, "UDP", 0, "closed", 30)
LAST = (2, "10.0.0.5", 40001, "203.0.113.5", 443, "tcp", 0, "abandoned", 0)


@pytest.fixture
def write(tmp_path):
    def write(*rows, name="trace.parquet", columns=COLUMNS):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect() as connection:
            names = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
            connection.execute(f"CREATE TABLE trace ({names})")
            for row in rows:
                connection.execute(f"INSERT INTO trace VALUES ({', '.join('?' * len(columns))})", row)  # noqa: S608 - our own
            connection.execute(f"COPY trace TO '{tmp_path / 'written'}' (FORMAT parquet)")
        return (tmp_path / "written").rename(path)

    return write


@pytest.mark.parametrize("name", ["trace.parquet", "TRACE.PARQUET", "a*1?.parquet", "day=1/port=2/trace.parquet"])
def test_reads_each_column(write, name):
    write(name="a-neighbour-1].parquet", columns={"another": "INTEGER"})  # which a pattern would match
    trace = read_trace(write(GOOD, LATER, LAST, name=name))
    assert trace.destinations == [("203.0.113.5", 443), ("203.0.113.5", 53)]
    found = trace.connections
    assert found.start.tolist() == [500_000, 2_000_000, 2_000_000]
    assert found.life.tolist() == [1_250_000, 0, 0]
    assert found.spacing.tolist() == [0, 30_000_000, 0]
    assert found.source.tolist() == [0x0A000004, 0x0A000005, 0x0A000005]
    assert found.source_port.tolist() == [40000, 40001, 40001]
    assert found.destination.tolist() == [0, 1, 0]
    assert found.protocol.tolist() == [TCP, UDP, TCP]
    assert found.end.tolist() == [FIN, CLOSED, ABANDONED]
    assert trace.skipped == []


@pytest.mark.parametrize(
    "changed",
    [
        {"start_s": "DECIMAL(9,3)", "source_port": "BIGINT", "port": "UBIGINT", "life_s": "FLOAT"},
        {"source_port": "INTEGER", "port": "USMALLINT", "spacing_s": "BIGINT"},
    ],
)
def test_numbers_of_any_width_are_read(write, changed):
    trace = read_trace(write(GOOD, LATER, columns={**COLUMNS, **changed}))
    assert trace.connections.start.tolist() == [500_000, 2_000_000]
    assert trace.connections.life.tolist() == [1_250_000, 0]
    assert trace.connections.source_port.tolist() == [40000, 40001]


def test_the_optional_column_may_be_absent_and_order_is_free(write):
    columns = {name: COLUMNS[name] for name in reversed(COLUMNS) if name != "spacing_s"}
    trace = read_trace(write(tuple(reversed(GOOD[:-1])), columns=columns))
    assert trace.connections.start.tolist() == [500_000]
    assert trace.connections.spacing.tolist() == [0]


def change(**values):
    return tuple(values.get(name, value) for name, value in zip(COLUMNS, (2.0, *GOOD[1:]), strict=True))


BROKEN = [
    ({"start_s": float("nan")}, "start_s is nan"),
    ({"start_s": float("inf")}, "start_s is inf"),
    ({"start_s": 0.4}, "start_s 0.4 lies before one above"),
    ({"source": "10.0.0"}, "source is 10.0.0: it is an IPv4 address"),
    ({"source": None}, 'source is ""'),
    ({"source_port": 0}, "source_port is 0"),
    ({"port": 65_536}, "port is 65536"),
    ({"port": -1}, "port is -1"),
    ({"port": None}, 'port is ""'),
    ({"protocol": "icmp"}, "protocol is icmp: it is one of tcp, udp"),
    ({"life_s": -0.1}, "life_s is -0.1"),
    ({"life_s": None}, 'life_s is ""'),
    ({"end": "closed"}, "end closed does not go with tcp"),
    ({"spacing_s": float("nan")}, "spacing_s is nan"),
]


@pytest.mark.parametrize(("values", "reason"), BROKEN)
def test_a_broken_row_is_refused_with_file_row_and_reason_or_left_out(write, values, reason):
    path = write(GOOD, change(**values), LATER)
    with pytest.raises(CannotSimulate) as refused:
        read_trace(path)
    assert str(refused.value).startswith(f"{path}: row 2: {reason}")
    trace = read_trace(path, skip_broken=True)
    assert len(trace.connections) == 2
    assert [one.startswith(f"{path}: row 2: ") for one in trace.skipped] == [True]


def test_rows_are_counted_on_over_many(write):
    rows = 25_000
    path = write(GOOD)
    values = "'10.0.0.4' AS source, 40000 AS source_port, '203.0.113.5' AS destination, 443 AS port, 'tcp' AS protocol"
    times = f"CASE WHEN range = {rows - 2} THEN -1 ELSE range / 1000.0 END AS start_s, 1 AS life_s, 'fin' AS \"end\""
    duckdb.execute(f"COPY (SELECT {times}, {values} FROM range({rows})) TO '{path}'")  # noqa: S608 - our own
    trace = read_trace(path, skip_broken=True)
    assert len(trace.connections) == rows - 1
    assert trace.skipped[0].startswith(f"{path}: row {rows - 1}: start_s is -1")


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"life_s": None}, "the file lacks life_s. The columns are start_s"),
        ({"life_s": None, "life": "DOUBLE"}, "the file lacks life_s and has unknown life"),
        ({"start_s": "TIMESTAMP"}, "the column start_s is of type TIMESTAMP: it is a number"),
        ({"source_port": "DOUBLE"}, "the column source_port is of type DOUBLE: it is a whole number"),
        ({"port": "VARCHAR"}, "the column port is of type VARCHAR: it is a whole number"),
        ({"source": "UINTEGER"}, "the column source is of type UINTEGER: it is text"),
        ({"end": "BLOB"}, "the column end is of type BLOB: it is text"),
    ],
)
def test_columns_of_another_name_or_type_are_refused(write, columns, reason):
    wanted = {name: kind for name, kind in {**COLUMNS, **columns}.items() if kind}
    path = write(columns=wanted)
    with pytest.raises(CannotSimulate) as refused:
        read_trace(path)
    assert str(refused.value).startswith(f"{path}: {reason}")


def test_a_trace_without_connections_is_empty(write, tmp_path):
    assert len(read_trace(write()).connections) == 0
    untyped = ", ".join(f'NULL AS "{name}"' for name in COLUMNS)  # as where a table has no rows to tell types from
    path = tmp_path / "untyped.parquet"
    duckdb.execute(f"COPY (SELECT {untyped} LIMIT 0) TO '{path}'")
    assert len(read_trace(path).connections) == 0


@pytest.mark.parametrize("content", [b"", b"start_s,source\n", b"PAR1" + b"\0" * 40 + b"PAR1"])
def test_what_is_no_parquet_file_is_refused_in_one_line(tmp_path, content):
    path = tmp_path / "trace.parquet"
    path.write_bytes(content)
    with pytest.raises(CannotSimulate) as refused:
        read_trace(path)
    assert str(refused.value).startswith(f"{path} is not a Parquet file: ")
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CannotSimulate, match=r"none\.parquet cannot be read: No such file"):
        read_trace(tmp_path / "none.parquet")
