"""Measures all sides and writes what was found; `run` beside it says what and how."""

import argparse
import os
import shutil
import signal
import sys
import tempfile

from load import machine, process, wrk
from load.customers import Customers
from load.people import People
from load.publish import DIRECTORY
from peers import report
from peers.measure import Bench
from peers.pocketbase import PocketBase


def main():
    """Everything, from an empty directory to the table."""
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that servers are ended and data removed
    data = tempfile.mkdtemp(dir=os.environ["WORK"])
    try:
        sides, ids = prepare(data, options.customers)
        versions = [sides[0].version(), sides[1].version(), wrk.version()]
        about = machine.described("benches/peers/run", versions)
        found = Bench(sides, ids, data, options).run()
        report.write(found, about, options, options.output)
    finally:
        process.stop_all()
        shutil.rmtree(data, ignore_errors=True)


def arguments():
    """How much is measured."""
    parser = argparse.ArgumentParser(prog="benches/peers/run")
    parser.add_argument("--customers", type=int, default=100_000, help="in each store at the start")
    parser.add_argument("--rounds", type=int, default=3, help="of each side, for each operation")
    parser.add_argument("--seconds", type=int, default=10, help="a round takes")
    parser.add_argument("--output", default=DIRECTORY, help="a directory for table and chart")
    return parser.parse_args()


def prepare(data, customers):
    """The sides, in the order of peers.report.SIDES, each with the same customers; and their ids."""
    progress(f"stores {customers:,} customers in smart-customer")
    ours = Customers(f"{data}/smart-customer")
    our_ids = ours.load(People(), customers)
    progress(f"stores {customers:,} customers in PocketBase")
    default = PocketBase(f"{data}/pocketbase")
    ids = default.load(People(), customers)
    default.stop()
    shutil.copytree(default.data, f"{data}/durable")
    default.start()
    durable = PocketBase(f"{data}/durable", durable=True)
    return [ours, durable, default], [our_ids, ids, ids]


def progress(said):
    """For whoever waits."""
    print(said, file=sys.stderr, flush=True)


main()
