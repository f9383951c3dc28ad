"""No command connects to another machine; of `site`, tests/browser/test_build.py says it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.strace import STRACE, Trace, need_strace, read_trace

# an address that documents may name and no machine has (RFC 5737, RFC 3849)
CONNECT = "import socket; s = socket.socket(socket.{family}, socket.{kind}); s.settimeout(0.2); s.{call}"
LEAVING = {
    "TCP": ("AF_INET", "SOCK_STREAM", "connect_ex(('192.0.2.1', 9))"),
    "TCP over IPv6": ("AF_INET6", "SOCK_STREAM", "connect_ex(('2001:db8::1', 9))"),
    "UDP that sends nothing": ("AF_INET", "SOCK_DGRAM", "connect(('192.0.2.1', 9))"),
    "a name server of this machine": ("AF_INET", "SOCK_DGRAM", "connect(('127.0.0.1', 53))"),
    "a resolver behind a socket file": ("AF_UNIX", "SOCK_STREAM", "connect_ex('/run/systemd/resolve/io.systemd')"),
}
STAYING = {
    "TCP": ("AF_INET", "SOCK_STREAM", "connect_ex(('127.0.0.1', 9))"),
    "TCP over IPv6": ("AF_INET6", "SOCK_STREAM", "connect_ex(('::1', 9))"),
    "a socket file": ("AF_UNIX", "SOCK_STREAM", "connect_ex('/var/run/nscd/socket')"),
}


def traced_child(file: Path, family: str, kind: str, call: str) -> Trace:
    """A program that has a child connect."""
    need_strace()
    if family == "AF_INET6" and not Path("/proc/net/if_inet6").exists():
        pytest.skip("SKIPPED: this machine has no IPv6")
    connect = CONNECT.format(family=family, kind=kind, call=call)
    program = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {connect!r}])"
    subprocess.run([*STRACE, f"--output={file}", sys.executable, "-c", program], check=True, capture_output=True)
    return read_trace(file)


@pytest.mark.parametrize("way", LEAVING)
def test_a_connection_that_leaves_is_found_in_a_child_too(way: str, tmp_path: Path) -> None:
    trace = traced_child(tmp_path / "trace", *LEAVING[way])
    assert len(trace.outside) == 1, trace.lines


@pytest.mark.parametrize("way", STAYING)
def test_a_connection_on_this_machine_is_none_that_leaves(way: str, tmp_path: Path) -> None:
    trace = traced_child(tmp_path / "trace", *STAYING[way])
    assert any("connect(" in line for line in trace.lines)
    assert trace.outside == []


def test_one_address_outside_is_enough_in_a_call_with_several() -> None:
    address = '{{msg_name={{sa_family=AF_INET, sin_port=htons(9), sin_addr=inet_addr("{}")}}, msg_namelen=16}}'
    messages = ", ".join(address.format(host) for host in ("127.0.0.1", "192.0.2.1"))
    call = f"7 sendmmsg(3, [{messages}], 2, 0) = 2"
    assert Trace([call]).outside == [call]
    assert Trace([call.replace("192.0.2.1", "127.0.0.2")]).outside == []


@pytest.mark.parametrize("command", ["build", "refresh", "brief"])
def test_a_command_connects_to_no_other_machine(command: str, traces: dict[str, Trace]) -> None:
    assert f'"fingerplan", "{command}"' in traces[command].own_start
    assert traces[command].outside == []
