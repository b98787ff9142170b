"""Asks for each operation at one size of the store."""

import random
import sys
from dataclasses import dataclass
from statistics import median

from load import process, wrk
from load.people import People

# Connections, where there are many; fewer than the searches that a token may have in progress.
MANY, MANY_SEARCHES = 64, 8
# A round of writes: so many, and a quarter of the customers at most, or as many as go into a second.
# Rounds: so many, and more where they are small, until there are enough answers for a p99.
WRITES, WRITE_SECONDS = 5000, 1
ROUNDS, ENOUGH = 5, 2000


@dataclass(frozen=True)
class Operation:
    """The name of the method that makes its job, its name for people, how many connections."""

    name: str
    label: str
    many: int = MANY


READS = (
    Operation("read", "read one"),
    Operation("read_known", "read one, unchanged (304)"),
    Operation("search", "search by name, 20 best", MANY_SEARCHES),
    Operation("page", "list a page of 100", MANY_SEARCHES),
    Operation("insight", "insight of one"),
)
CHANGE, CREATE, DELETE = (
    Operation("change", "change an email"),
    Operation("create", "create"),
    Operation("delete", "delete"),
)
OPERATIONS = (*READS, CHANGE, CREATE, DELETE)


@dataclass
class Cost:
    """Of one answer: processor time of the service, and how long half and 99 of 100 took at most.
    All in microseconds."""

    processor: float
    p50: float
    p99: float


class Growth:
    """A service with more and more customers."""

    def __init__(self, service, people, work, seconds):
        self.service, self.people, self.work, self.seconds = service, people, work, seconds
        self.ids = []
        self.words = []

    def measure(self, size):
        """What each operation costs with so many customers, by operation and whether over many
        connections."""
        self.grow(size)
        found = {}
        for many in (False, True):
            for operation in READS:
                found[operation, many] = self.cost(operation, many, [self.one(operation, many)])
            for operation, rounds in self.written(many).items():
                found[operation, many] = self.cost(operation, many, rounds)
        return found

    def grow(self, size):
        """Stores customers until there are so many."""
        print(f"{size:,} customers", file=sys.stderr, flush=True)
        self.ids += self.service.load(self.people, size - len(self.ids))
        # At all sizes the names of the same people, who were there first.
        self.words = self.words or [last[:4].lower() for _, last, _, _ in People().take(min(size, 1000))]

    def written(self, many):
        """Rounds of writes: each creates some, and deletes as many."""
        rounds = {CHANGE: [], CREATE: [], DELETE: []}
        for _ in range(max(ROUNDS, ENOUGH // self.some())):
            last = max(self.ids)
            for operation, found in rounds.items():
                random.shuffle(self.ids)
                found.append(self.one(operation, many))
                if operation == CREATE:
                    self.ids += self.service.ids_after(last)
        return rounds

    def some(self):
        """Writes of one round."""
        return min(len(self.ids) // 4, WRITES)

    def one(self, operation, many):
        """One round: the processor time of the service, and what wrk found."""
        job = self.job(operation)
        connections = operation.many if many else 1
        process.settle([self.service.server])
        seconds = self.seconds if operation in READS else WRITE_SECONDS
        before = self.service.server.processor()
        result = wrk.run(job, self.service.port, connections, seconds, self.work)
        spent = self.service.server.processor() - before
        if operation == DELETE:
            self.ids = self.ids[result.sent :]
        return spent, result

    def job(self, operation):
        """The requests of a round."""
        make = getattr(self.service, operation.name)
        some = self.some()
        match operation.name:
            case "page":
                return make()
            case "search":
                return make(self.words)
            case "create":
                job = make(self.people.take(some))
            case "change":
                job = make(self.ids[:some], self.people.take(some))
            case "delete":
                job = make(self.ids[:some])
            case _:
                return make(self.ids)
        job.exact = True
        return job

    def cost(self, operation, many, rounds):
        """Of all rounds together; the latencies are those of the round in the middle."""
        answers = sum(result.requests for _, result in rounds)
        processor = sum(spent for spent, _ in rounds) / answers * 1e6
        found = [result for _, result in rounds]
        cost = Cost(processor, median(one.p50 for one in found), median(one.p99 for one in found))
        said = f"{processor:,.0f} µs of processor time, p50 {cost.p50:,.0f}, p99 {cost.p99:,.0f}"
        over = operation.many if many else 1
        print(f"  {operation.label}, {over} connections: {said}, {answers:,} answers", file=sys.stderr, flush=True)
        return cost
