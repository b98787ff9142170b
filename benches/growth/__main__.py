"""Lets a store grow and measures at each size; `run` beside it says what and how."""

import argparse
import os
import shutil
import signal
import sys
import tempfile

from growth import report
from growth.measure import Growth
from load import machine, process, wrk
from load.customers import Customers
from load.people import People
from load.publish import DIRECTORY


def main():
    """Everything, from an empty directory to the table."""
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the service is ended and data removed
    data = tempfile.mkdtemp(dir=os.environ["WORK"])
    try:
        service = Customers(f"{data}/smart-customer")
        about = machine.described("benches/growth/run", [service.version(), wrk.version()])
        growth = Growth(service, People(), data, options.seconds)
        found = {size: growth.measure(size) for size in options.sizes}
        report.write(found, about, options, options.output)
    finally:
        process.stop_all()
        shutil.rmtree(data, ignore_errors=True)


def arguments():
    """How much is measured."""
    parser = argparse.ArgumentParser(prog="benches/growth/run")
    parser.add_argument("--sizes", type=sizes, default=sizes("1000,10000,100000,1000000"))
    parser.add_argument("--seconds", type=int, default=3, help="for each operation, size and connections")
    parser.add_argument("--output", default=DIRECTORY, help="a directory for table and chart")
    return parser.parse_args()


def sizes(text):
    """Numbers of customers, smallest first; a hundred at least, so that there is something to delete."""
    return sorted(max(int(size), 100) for size in text.split(","))


main()
