"""The process: where it starts, how soon, and that it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import grpc
import pytest
from azure_sandbox.provider.protocol import provider_pb2, provider_pb2_grpc
from google.protobuf.empty_pb2 import Empty

PATIENCE_SECONDS = 20
Start = Callable[[], tuple[subprocess.Popen[str], int]]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ARM_", "AZURE_", "PULUMI_"))}
    return {**kept, "AZURE_SANDBOX": str(tmp_path), "PULUMI_BACKEND_URL": f"file://{tmp_path}/backend"}


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Start]:
    started = []

    def run() -> tuple[subprocess.Popen[str], int]:
        process = subprocess.Popen(
            [sys.executable, "-m", "azure_sandbox.provider", "127.0.0.1:9"],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        return process, int(process.stdout.readline())

    yield run
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("missing", ["AZURE_SANDBOX", "PULUMI_BACKEND_URL"])
def test_outside_a_sandbox_it_says_why_in_one_line(missing: str, environment: dict[str, str]) -> None:
    del environment[missing]
    done = subprocess.run(
        [sys.executable, "-m", "azure_sandbox.provider"], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert f"{missing} is not set" in done.stderr


def test_it_ends_when_told_to(start: Start) -> None:
    process, _ = start()
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE_SECONDS) == 0


def test_it_ends_when_the_engine_cancels(start: Start) -> None:
    process, port = start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        provider_pb2_grpc.ResourceProviderStub(channel).Cancel(Empty())
    assert process.wait(PATIENCE_SECONDS) == 0


def test_it_outlives_an_interrupt_meant_for_the_engine(start: Start) -> None:
    process, port = start()
    process.send_signal(signal.SIGINT)
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        assert provider_pb2_grpc.ResourceProviderStub(channel).GetPluginInfo(Empty()).version == "3.29.0"


def test_it_ends_with_the_engine(environment: dict[str, str]) -> None:
    engine = (
        "import subprocess, sys, time\n"
        "provider = subprocess.Popen([sys.executable, '-m', 'azure_sandbox.provider'], stdout=subprocess.PIPE)\n"
        "provider.stdout.readline()\n"
        "print(provider.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", engine], env=environment, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.communicate()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while _runs(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _runs(child)


def _runs(pid: int) -> bool:
    """Whether the process is there and is not merely waiting for somebody to take note of its end."""
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except ProcessLookupError:
        return False
    except FileNotFoundError:
        return not Path("/proc/self").exists()
    return state != "Z"


def test_it_listens_on_loopback_only(start: Start) -> None:
    process, port = start()
    tables = [Path(f"/proc/{process.pid}/net/{name}") for name in ("tcp", "tcp6")]
    if not all(table.exists() for table in tables):
        pytest.skip("no /proc/net on this system")
    rows = [line.split() for table in tables for line in table.read_text(encoding="utf-8").splitlines()[1:]]
    bound = {row[1].split(":")[0] for row in rows if row[3] == "0A" and int(row[1].split(":")[1], 16) == port}
    assert bound <= {"0100007F", "0000000000000000FFFF00000100007F"}  # 127.0.0.1, also as an IPv6 socket has it
    assert bound


def test_a_file_that_is_no_sandbox_is_named(start: Start, tmp_path: Path) -> None:
    (tmp_path / "azure.sqlite").write_bytes(b"not a database" * 100)
    _, port = start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel, pytest.raises(grpc.RpcError) as caught:
        provider_pb2_grpc.ResourceProviderStub(channel).Configure(
            provider_pb2.ConfigureRequest(sends_old_inputs=True, sends_old_inputs_to_delete=True)
        )
    assert str(tmp_path / "azure.sqlite") in (caught.value.details() or "")


def test_neither_the_sdk_nor_pulumi_is_loaded(environment: dict[str, str]) -> None:
    code = (
        "import sys\n"
        "from azure_sandbox.provider import connecting, process, servicer\n"
        "print([name for name in ('pulumi', 'pulumi_azure_native', 'nat_egress') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
