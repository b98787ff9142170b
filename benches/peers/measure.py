"""The rounds: each operation on all sides in turns, so that what else the machine does meets all alike."""

import random
import sys
from dataclasses import dataclass
from statistics import median

from load import process, wrk
from load.people import People
from peers.report import SIDES

# Requests made ahead for each second of a round that uses each once; a side that is faster is done
# sooner, and its rate is over the time it took.
AHEAD = 20_000
STARTS = 3


@dataclass(frozen=True)
class Operation:
    """What is measured: the name of the method that makes its job, and for people to read."""

    name: str
    label: str
    connections: int


# Few connections where an answer costs much: smart-customer lets a token search 16 times at once.
READS = (
    Operation("read", "read one", 64),
    Operation("read_known", "read one, unchanged (304)", 64),
    Operation("find", "find by email", 64),
    Operation("search", "search by name", 8),
    Operation("page", "list a page of 100", 8),
)
WRITES = (
    Operation("create", "create", 64),
    Operation("change", "change an email", 64),
    Operation("delete", "delete", 64),
)


@dataclass
class Rounds:
    """The medians of a side's rounds of one operation: answers a second, and how many microseconds 99
    of 100 took at most."""

    rate: float
    p99: float


class Bench:
    """Sides with customers, and what is found of them."""

    def __init__(self, sides, ids, work, options):
        self.sides, self.ids, self.work = sides, ids, work
        self.rounds, self.seconds = options.rounds, options.seconds
        self.customers = options.customers
        # Others than those who are stored: each side gets the same.
        self.people = [People(seed=2) for _ in sides]
        for people in self.people:
            people.number = options.customers
        chosen = random.Random(1)
        self.to_delete = [chosen.sample(ids, len(ids)) for ids in self.ids]

    def run(self):
        """By operation what each side does, then memory, disk and start."""
        starts = [median(self.restart(side) for _ in range(STARTS)) for side in self.sides]
        disk = [process.disk(side.data) / self.customers for side in self.sides]
        found = {operation: self.measure(operation) for operation in READS}
        memory = [side.server.memory() for side in self.sides]
        found.update({operation: self.measure(operation) for operation in WRITES})
        return {"operations": found, "starts": starts, "disk": disk, "memory": memory}

    def restart(self, side):
        """How long a start takes, until an answer."""
        side.stop()
        return side.start()

    def measure(self, operation):
        """What each side does; None where it has no such thing."""
        found = [[] for _ in self.sides]
        writes = operation in WRITES
        for turn in range(self.rounds + (0 if writes else 1)):
            for place, side in enumerate(self.sides):
                if hasattr(side, operation.name):
                    warm_up = not writes and turn == 0
                    result = self.one(operation, place, turn, 1 if warm_up else self.seconds)
                    if not warm_up:
                        found[place].append(result)
        return [medians(results) if results else None for results in found]

    def one(self, operation, place, turn, seconds):
        """One round of one side."""
        side, job = self.sides[place], self.job(operation, place, turn)
        side.make_durable()
        process.settle([side.server for side in self.sides])
        result = wrk.run(job, side.port, operation.connections, seconds, self.work)
        side.must_be_durable()
        said = f"{operation.label}: {SIDES[place]} {result.rate:,.0f}/s, p99 {result.p99 / 1000:.1f} ms"
        print(f"{said}, wrk {result.client:.0%} of a core", file=sys.stderr, flush=True)
        return result

    def job(self, operation, place, turn):
        """The requests of a round."""
        side, ids, people = self.sides[place], self.ids[place], self.people[place]
        make, most = getattr(side, operation.name), self.seconds * AHEAD
        match operation.name:
            case "read" | "read_known":
                return make(ids)
            # Of those who are stored first: PocketBase waits up to 0.5 s before it says that it found
            # nobody, so that nobody can be guessed.
            case "find":
                return make([email for _, _, email, _ in People().take(len(ids))])
            case "search":
                return make([last[:4].lower() for _, last, _, _ in People().take(min(2000, len(ids)))])
            case "page":
                return make()
            case "create":
                return make(people.take(most))
            case "change":
                return make(random.choices(ids, k=most), people.take(most))
            case _:
                share = len(ids) // self.rounds
                return make(self.to_delete[place][turn * share : (turn + 1) * share][:most])


def medians(results):
    """Of the rounds of one side."""
    return Rounds(*(median(getattr(result, name) for result in results) for name in ("rate", "p99")))
