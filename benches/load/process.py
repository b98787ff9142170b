"""Servers as processes: started on a port of this machine, asked what they use, ended by their id."""

import os
import socket
import subprocess
import time
from pathlib import Path

# The clock of a process's own processor time, all its threads and those that ended included, in
# nanoseconds where /proc/PID/stat counts hundredths of a second (Linux, clock_getcpuclockid(3)).
SCHEDULED = 2
# Seconds of processor time in half a second that mean no work: 5 % of a core.
RESTING = 0.025
# All that were started, so that none outlives its measurement.
SERVERS = []


class Server:
    """A running server, and what it says in `said` beside its data."""

    def __init__(self, command, data, environment=None):
        with open(f"{data}.said", "wb") as said:
            self.process = subprocess.Popen(
                command, stdout=said, stderr=said, env={**os.environ, **(environment or {})}
            )
        self.said = Path(f"{data}.said")
        SERVERS.append(self)

    @property
    def id(self):
        """The process id."""
        return self.process.pid

    def running(self):
        """Ends everything with what the server said when it is no longer there."""
        if self.process.poll() is not None:
            raise SystemExit(f"{self.process.args[0]} ended: {self.said.read_text()[-2000:]}")
        return True

    def stop(self):
        """Ends it as a service manager does, and waits until it has ended."""
        self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(60)

    def processor(self):
        """Seconds of processor time it has used so far."""
        return time.clock_gettime((~self.id << 3) | SCHEDULED)

    def memory(self):
        """Bytes of memory that are resident."""
        for line in Path(f"/proc/{self.id}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        return 0


def settle(servers, seconds=30):
    """Waits until they rest, so that what was left for the background is no cost of what comes next."""
    until = time.monotonic() + seconds
    busy = True
    while busy and time.monotonic() < until:
        before = sum(server.processor() for server in servers)
        time.sleep(0.5)
        busy = sum(server.processor() for server in servers) - before > RESTING


def stop_all():
    """Ends whatever still runs."""
    for server in SERVERS:
        server.stop()


def free_port():
    """A port of this machine that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def await_answer(server, ask, seconds=60):
    """Asks until there is an answer; how long that took, in seconds."""
    began = time.monotonic()
    while time.monotonic() < began + seconds and server.running():
        try:
            ask()
            return time.monotonic() - began
        except OSError:
            time.sleep(0.001)
    raise SystemExit(f"no answer within {seconds} s: {server.said.read_text()[-2000:]}")


def disk(directory):
    """Bytes on the disk of all files below a directory."""
    files = (entry for entry in Path(directory).rglob("*") if entry.is_file())
    return sum(entry.stat().st_blocks * 512 for entry in files)
