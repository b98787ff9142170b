"""Says on what, when and with which command something was measured: figures mean nothing without."""

import os
import platform
import sys
from datetime import datetime, timezone
from pathlib import Path


def described(script, versions):
    """Lines of Markdown."""
    when = datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
    command = " ".join([script, *sys.argv[1:]])
    return [
        f"- machine: {os.cpu_count()} cores ({first('/proc/cpuinfo', 'model name')}), {memory()} GiB of "
        f"memory, Linux {kernel()}; servers and clients on it together",
        f"- versions: {', '.join(versions)}",
        f"- date: {when}; load of the machine when it began: {os.getloadavg()[0]:.1f}",
        f"- command: `{command}`",
    ]


def kernel():
    """Its version without what a distribution or a provider of machines adds."""
    return ".".join(platform.release().split(".")[:2])


def memory():
    """Of the machine, in GiB."""
    return round(int(first("/proc/meminfo", "MemTotal").split()[0]) / 2**20)


def first(file, name):
    """The first value of a name in a file of lines such as `name : value`."""
    for line in Path(file).read_text().splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return "unknown"
