"""smart-customer as something to measure: started, filled, and the requests to it."""

import json
import os
import random
import subprocess

from load import process
from load.call import Caller
from load.wrk import Job

BASE = "/api/bench/v1/company/acme/customer"
FIELDS = ("first-name", "last-name", "email", "vat-number")
ADMIN = "an-admin-token-for-the-bench"
# Lines of one bulk request: as many persons as are made up and kept in memory at once.
BULK = 20_000
# Most customers whose tags are asked for, one by one.
KNOWN = 20_000


class Customers:
    """The service over a directory; its log as it is by default, one line per request, in a file."""

    def __init__(self, data):
        self.data = data
        self.binary = os.environ["SMART_CUSTOMER"]
        self.start()
        self.token = self.make_token()

    def start(self):
        """Starts it; how long until it answers, in seconds."""
        self.port = process.free_port()
        command = [self.binary, "serve", "--listen", f"127.0.0.1:{self.port}", "--data-dir", self.data]
        self.server = process.Server(command, self.data, {"SMART_CUSTOMER_ADMIN_TOKEN": ADMIN})
        path = f"{BASE}/none"
        return process.await_answer(self.server, lambda: self.ask_once(path))

    def ask_once(self, path):
        """Whether it looks for a customer, over a connection of its own."""
        caller = self.caller(ADMIN)
        caller.connection.request("GET", path, headers=caller.fields)
        caller.connection.getresponse().read()
        caller.close()

    def caller(self, token=None):
        """A connection with a token."""
        return Caller(self.port, {"Authorization": f"Bearer {token or self.token}"})

    def make_token(self):
        """A token for one company, as a client has it; without a limit of its own."""
        wanted = {"name": "bench", "product": "bench", "company": "acme", "permissions": ["read", "write"]}
        return self.caller(ADMIN).json("POST", "/admin/token", wanted)["token"]

    def load(self, people, count):
        """Stores so many more customers; their ids."""
        caller, ids = self.caller(), []
        for start in range(0, count, BULK):
            persons = people.take(min(BULK, count - start))
            lines = "".join(f"{self.body(person)}\n" for person in persons)
            _, answers = caller.send("POST", BASE, lines, "application/x-ndjson")
            ids += [json.loads(line)["id"] for line in answers.splitlines()]
        caller.close()
        return ids

    def ids_after(self, customer):
        """Ids of all customers that were stored after this one."""
        caller, ids = self.caller(), []
        while page := caller.json("GET", f"{BASE}?limit=1000&after={customer}"):
            ids += [one["id"] for one in page]
            customer = ids[-1]
        caller.close()
        return ids

    def body(self, person):
        """A person as JSON."""
        return json.dumps(dict(zip(FIELDS, person)))

    def tag(self, caller, customer):
        """The ETag of a customer."""
        return caller.send("GET", f"{BASE}/{customer}")[0].getheader("ETag")

    def fields(self, more=""):
        """What stands behind the method and path of every request."""
        return f" HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAuthorization: Bearer {self.token}\r\n{more}"

    def read(self, ids):
        """Reads one customer of these."""
        return Job(f"GET {BASE}/", self.fields(), "\r\n", [(customer, "") for customer in ids])

    def read_known(self, ids):
        """Reads one customer that the client knows as it is, of so many that it asks for their tags before."""
        caller = self.caller()
        lines = [(customer, self.tag(caller, customer)) for customer in random.sample(ids, min(KNOWN, len(ids)))]
        caller.close()
        return Job(f"GET {BASE}/", self.fields("If-None-Match: "), "\r\n\r\n", lines)

    def search(self, words):
        """The twenty best matches of the beginning of a name."""
        return Job(f"GET {BASE}?limit=20&q=", self.fields(), "\r\n", [(word, "") for word in words])

    def find(self, emails):
        """Whoever has exactly this address."""
        lines = [(email.replace("@", "%40"), "") for email in emails]
        return Job(f"GET {BASE}?email=", self.fields(), "\r\n", lines)

    def page(self):
        """The first hundred customers."""
        return Job(f"GET {BASE}?limit=100", self.fields(), "\r\n")

    def insight(self, ids):
        """Why one of these customers is judged so, and who may be the same."""
        return Job(f"GET {BASE}/", "/insight" + self.fields(), "\r\n", [(customer, "") for customer in ids])

    def create(self, persons):
        """Stores each of these persons."""
        before = f"POST {BASE}" + self.fields("Content-Type: application/json\r\nContent-Length: ")
        lines = [("", self.body(person)) for person in persons]
        return Job(before, "", "", lines, has_body=True, once=True)

    def change(self, ids, persons):
        """Gives each of these customers the email of the person in the same place."""
        fields = self.fields("Content-Type: application/merge-patch+json\r\nContent-Length: ")
        lines = [(customer, json.dumps({"email": person[2]})) for customer, person in zip(ids, persons)]
        return Job(f"PATCH {BASE}/", fields, "", lines, has_body=True, once=True)

    def delete(self, ids):
        """Deletes each of these customers."""
        lines = [(customer, "") for customer in ids]
        return Job(f"DELETE {BASE}/", self.fields(), "\r\n", lines, once=True)

    def version(self):
        """What it says of its version."""
        said = subprocess.run([self.binary, "--version"], capture_output=True, text=True, check=True)
        return said.stdout.strip()

    def make_durable(self):
        """Nothing: it always is."""

    def must_be_durable(self):
        """Nothing: it always is."""

    def stop(self):
        """Ends it."""
        self.server.stop()
