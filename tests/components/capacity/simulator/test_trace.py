from __future__ import annotations

import pytest
from nat_egress.capacity.simulator.connections import ABANDONED, CLOSED, FIN, TCP, UDP
from nat_egress.capacity.simulator.errors import CannotSimulate
from nat_egress.capacity.simulator.trace import read_trace

HEADER = "start_s,source,source_port,destination,port,protocol,life_s,end,spacing_s\n"
GOOD = "0.5,10.0.0.4,40000,203.0.113.5,443,tcp,1.25,fin,\n"
LATER = "2,10.0.0.5,40001,203.0.113.5,53,UDP,0,closed,30\n"
LAST = "2,10.0.0.5,40001,203.0.113.5,443,tcp,0,abandoned,0\n"


@pytest.fixture
def write(tmp_path):
    def write(text: str | bytes):
        path = tmp_path / "trace.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


@pytest.mark.parametrize("text", [HEADER + GOOD + LATER + LAST, "\ufeff" + HEADER + GOOD + "\n" + LATER + LAST])
def test_reads_each_column(write, text):
    trace = read_trace(write(text))
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


BROKEN = {
    "nan,10.0.0.4,40000,203.0.113.5,443,tcp,1,fin,": "start_s is nan",
    "inf,10.0.0.4,40000,203.0.113.5,443,tcp,1,fin,": "start_s is inf",
    "-1,10.0.0.4,40000,203.0.113.5,443,tcp,1,fin,": "start_s is -1",
    "soon,10.0.0.4,40000,203.0.113.5,443,tcp,1,fin,": "start_s is soon",
    "0.4,10.0.0.4,40000,203.0.113.5,443,tcp,1,fin,": "start_s 0.4 lies before",
    "2,10.0.0,40000,203.0.113.5,443,tcp,1,fin,": "source is 10.0.0",
    "2,10.0.0.4,0,203.0.113.5,443,tcp,1,fin,": "source_port is 0",
    "2,10.0.0.4,65536,203.0.113.5,443,tcp,1,fin,": "source_port is 65536",
    "2,10.0.0.4,40000,example.com,443,tcp,1,fin,": "destination is example.com",
    "2,10.0.0.4,40000,203.0.113.5,²,tcp,1,fin,": "port is ²",
    "2,10.0.0.4,40000,203.0.113.5,443,icmp,1,fin,": "protocol is icmp",
    "2,10.0.0.4,40000,203.0.113.5,443,tcp,-0.1,fin,": "life_s is -0.1",
    "2,10.0.0.4,40000,203.0.113.5,443,tcp,,fin,": "life_s is",
    "2,10.0.0.4,40000,203.0.113.5,443,tcp,1,maybe,": "end is maybe",
    "2,10.0.0.4,40000,203.0.113.5,443,tcp,1,closed,": "end closed does not go with tcp",
    "2,10.0.0.4,40000,203.0.113.5,443,udp,1,fin,": "end fin does not go with udp",
    "2,10.0.0.4,40000,203.0.113.5,443,tcp,1,fin,NaN": "spacing_s is NaN",
    "2,10.0.0.4,40000,203.0.113.5,443": "it has more or fewer values",
    "2,10.0.0.4,40000,203.0.113.5,443,tcp,1,fin,,7": "it has more or fewer values",
}


@pytest.mark.parametrize(("line", "reason"), BROKEN.items())
def test_a_broken_line_is_refused_with_file_line_and_reason(write, line, reason):
    path = write(HEADER + GOOD + line + "\n" + LATER)
    with pytest.raises(CannotSimulate) as refused:
        read_trace(path)
    assert str(refused.value).startswith(f"{path}:3: {reason}")


@pytest.mark.parametrize("line", BROKEN)
def test_a_broken_line_is_counted_and_left_out_where_asked(write, line):
    trace = read_trace(write(HEADER + GOOD + line + "\n" + LATER), skip_broken=True)
    assert len(trace.connections) == 2
    assert len(trace.skipped) == 1


def test_ten_broken_lines_are_named_and_no_more(write):
    with pytest.raises(CannotSimulate) as refused:
        read_trace(write(HEADER + "x\n" * 50))
    assert str(refused.value).count("it has more or fewer values") == 10


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "lacks start_s"),
        (GOOD, "lacks start_s"),
        (HEADER.replace("life_s", "life"), "lacks life_s and has unknown life"),
        (HEADER.strip() + ",end\n", "names a column twice"),
        (b"\xff\xfe", "is not a CSV file"),
        (HEADER + '"open', "is not a CSV file"),
    ],
)
def test_what_is_no_trace_is_refused(write, text, reason):
    with pytest.raises(CannotSimulate, match=reason):
        read_trace(write(text))


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CannotSimulate, match="No such file"):
        read_trace(tmp_path / "none.csv")


def test_a_trace_without_connections_is_empty(write):
    assert len(read_trace(write(HEADER)).connections) == 0
