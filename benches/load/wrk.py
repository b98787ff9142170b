"""Runs wrk, so that who asks is none of ours: independent of both the service and its peers."""

import json
import os
import random
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

SCRIPT = Path(__file__).with_name("requests.lua")


@dataclass
class Job:
    """Requests of one kind: `before`, the first part of a line, `middle`, the second one, `after`."""

    before: str
    middle: str
    after: str
    lines: list = field(default_factory=lambda: [("", "")])
    has_body: bool = False
    once: bool = False
    exact: bool = False

    def sample(self):
        """One request, as it is sent."""
        first, second = self.lines[0]
        if self.has_body:
            second = f"{len(second.encode())}\r\n\r\n{second}"
        return self.before + first + self.middle + second + self.after


@dataclass
class Result:
    """What one run of wrk found; latencies in microseconds, `sent` for jobs whose lines go once."""

    requests: int
    seconds: float
    sent: int
    p50: float
    p99: float
    client: float

    @property
    def rate(self):
        """Answers a second."""
        return self.requests / self.seconds


def run(job, port, connections, seconds, work):
    """Sends the job's requests for so many seconds, or until there are no more of them. An answer
    that is no success ends everything: what is refused quickly is not quick."""
    written = write(job, work)
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s", "-s", SCRIPT]
    command += [f"http://127.0.0.1:{port}", "--", written]
    before = os.times()
    ran = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60, check=False)
    after = os.times()
    told = [line for line in ran.stdout.splitlines() if line.startswith('{"requests"')]
    if ran.returncode or not told:
        raise SystemExit(f"wrk failed: {ran.stdout}{ran.stderr}")
    found = json.loads(told[0])
    if found["refused"] or found["broken"] or not found["requests"]:
        raise SystemExit(f"not all requests went well: {told[0]}\n{job.sample()}")
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    took = found["took"] / 1e6
    return Result(found["requests"], took, found["sent"], found["p50"], found["p99"], spent / took)


def write(job, work):
    """Writes the job where requests.lua reads it."""
    lines = Path(work, "lines")
    lines.write_text("".join(f"{first}\t{second}\n" for first, second in job.lines))
    told = {"before": job.before, "middle": job.middle, "after": job.after, "lines": str(lines)}
    texts = "".join(f"{name} = {quoted(text)},\n" for name, text in told.items())
    flags = {"has_body": job.has_body, "once": job.once, "exact": job.exact}
    flags = "".join(f"{name} = {str(flag).lower()},\n" for name, flag in flags.items())
    written = Path(work, "job.lua")
    written.write_text(f"return {{\n{texts}{flags}seed = {random.randrange(1 << 31)},\n}}\n")
    return written


def quoted(text):
    """A string of Lua: its escapes are those of JSON as long as all is ASCII."""
    assert text.isascii()
    return json.dumps(text)


def version():
    """Which wrk it is; it says so with its usage, and fails."""
    said = subprocess.run(["wrk", "-v"], capture_output=True, text=True, check=False)
    return " ".join((said.stdout + said.stderr).split()[:2])
