"""PocketBase as something to measure: set up with the same fields and indexes, and asked for the same."""

import json
import os
import shutil
import subprocess
from pathlib import Path

from load import process
from load.call import Caller
from load.wrk import Job

BASE = "/api/collections/customers/records"
FIELDS = ("first_name", "last_name", "email", "vat_number")
HOOK = Path(__file__).with_name("durable.pb.js")
WHO, PASSWORD = "bench@example.com", "a-password-for-the-bench"
# What SQLite says of synchronous=FULL.
FULL = 2
# Requests of one batch.
BATCH = 1000
SIGNED_IN = '@request.auth.id != ""'
# NOCASE, without which SQLite uses no index for LIKE.
INDEXES = {"email": "", "vat_number": "", "first_name": " COLLATE NOCASE", "last_name": " COLLATE NOCASE"}


def collection():
    """Customers, for whoever is signed in."""
    texts = [{"name": name, "type": "text", "required": True, "max": 100} for name in FIELDS if name != "email"]
    email = {"name": "email", "type": "email", "required": True}
    dates = [
        {"name": "created", "type": "autodate", "onCreate": True},
        {"name": "updated", "type": "autodate", "onCreate": True, "onUpdate": True},
    ]
    rules = {f"{rule}Rule": SIGNED_IN for rule in ("list", "view", "create", "update", "delete")}
    indexes = [
        f"CREATE INDEX by_{name} ON customers (`{name}`{collation})" for name, collation in INDEXES.items()
    ]
    return {"name": "customers", "type": "base", "fields": [*texts, email, *dates], "indexes": indexes, **rules}


class PocketBase:
    """PocketBase over a directory; whatever is not said here is as it comes."""

    def __init__(self, data, durable=False):
        self.data = data
        self.durable = durable
        self.binary = os.environ["POCKETBASE"]
        if Path(data).exists():
            self.start()
        else:
            self.set_up()
        self.token = self.sign_in("users")

    def set_up(self):
        """Makes the collection and a user. Batches are allowed, for the load."""
        command = [self.binary, "superuser", "upsert", WHO, PASSWORD, "--dir", self.data]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        self.start()
        admin = self.caller(self.sign_in("_superusers"))
        admin.json("POST", "/api/collections", collection())
        user = {"email": WHO, "password": PASSWORD, "passwordConfirm": PASSWORD}
        admin.json("POST", "/api/collections/users/records", user)
        batch = {"enabled": True, "maxRequests": BATCH, "timeout": 60}
        admin.json("PATCH", "/api/settings", {"batch": batch})
        admin.close()

    def start(self):
        """Starts it; how long until it answers, in seconds."""
        self.port = process.free_port()
        hooks = Path(f"{self.data}.hooks")
        hooks.mkdir(exist_ok=True)
        if self.durable:
            shutil.copy(HOOK, hooks)
        command = [self.binary, "serve", "--http", f"127.0.0.1:{self.port}", "--dir", self.data]
        command += ["--hooksDir", str(hooks), "--migrationsDir", f"{hooks}/none", "--hooksWatch=false"]
        self.server = process.Server(command, self.data)
        return process.await_answer(self.server, lambda: self.ask_once(f"{BASE}/none"))

    def ask_once(self, path):
        """Whether it looks for a customer, over a connection of its own."""
        caller = self.caller(getattr(self, "token", ""))
        caller.connection.request("GET", path, headers=caller.fields)
        caller.connection.getresponse().read()
        caller.close()

    def make_durable(self):
        """Sets what the hook is for; nothing where it is not there."""
        if self.durable:
            self.caller().send("POST", "/peers/durable")

    def must_be_durable(self):
        """Ends everything if writes were not synced, where they should be."""
        if self.durable and self.caller().json("GET", "/peers/durable") != {"synchronous": FULL}:
            raise SystemExit("PocketBase fell back from synchronous=FULL")

    def caller(self, token=None):
        """A connection with a token."""
        return Caller(self.port, {"Authorization": self.token if token is None else token})

    def sign_in(self, who):
        """A token of a user."""
        wanted = {"identity": WHO, "password": PASSWORD}
        path = f"/api/collections/{who}/auth-with-password"
        return self.caller("").json("POST", path, wanted)["token"]

    def load(self, people, count):
        """Stores so many more customers; their ids."""
        caller, ids = self.caller(), []
        for start in range(0, count, BATCH):
            persons = people.take(min(BATCH, count - start))
            requests = [
                {"method": "POST", "url": BASE, "body": dict(zip(FIELDS, person))} for person in persons
            ]
            answers = caller.json("POST", "/api/batch", {"requests": requests})
            ids += [answer["body"]["id"] for answer in answers]
        caller.close()
        return ids

    def fields(self, more=""):
        """What stands behind the method and path of every request."""
        return f" HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAuthorization: {self.token}\r\n{more}"

    def with_body(self):
        """The same, up to the length of a body."""
        return self.fields("Content-Type: application/json\r\nContent-Length: ")

    def read(self, ids):
        """Reads one customer of these."""
        return Job(f"GET {BASE}/", self.fields(), "\r\n", [(customer, "") for customer in ids])

    def search(self, words):
        """Twenty matches of the beginning of a name; not counted, as smart-customer does not count them."""
        quote, percent, either = "%27", "%25", "%7C%7C"
        lines = []
        for word in words:
            like = f"~{quote}{word}{percent}{quote}"
            lines.append((f"(first_name{like}{either}last_name{like})", ""))
        return Job(f"GET {BASE}?perPage=20&skipTotal=1&filter=", self.fields(), "\r\n", lines)

    def find(self, emails):
        """Whoever has exactly this address; not counted either."""
        lines = [(f"(email=%27{email.replace('@', '%40')}%27)", "") for email in emails]
        return Job(f"GET {BASE}?skipTotal=1&filter=", self.fields(), "\r\n", lines)

    def page(self):
        """The first hundred customers."""
        return Job(f"GET {BASE}?perPage=100&skipTotal=1", self.fields(), "\r\n")

    def create(self, persons):
        """Stores each of these persons."""
        lines = [("", json.dumps(dict(zip(FIELDS, person)))) for person in persons]
        return Job(f"POST {BASE}" + self.with_body(), "", "", lines, has_body=True, once=True)

    def change(self, ids, persons):
        """Gives each of these customers the email of the person in the same place."""
        lines = [(customer, json.dumps({"email": person[2]})) for customer, person in zip(ids, persons)]
        return Job(f"PATCH {BASE}/", self.with_body(), "", lines, has_body=True, once=True)

    def delete(self, ids):
        """Deletes each of these customers."""
        return Job(f"DELETE {BASE}/", self.fields(), "\r\n", [(customer, "") for customer in ids], once=True)

    def version(self):
        """What it says of its version."""
        said = subprocess.run([self.binary, "--version"], capture_output=True, text=True, check=True)
        return said.stdout.strip().replace("pocketbase version", "PocketBase")

    def stop(self):
        """Ends it."""
        self.server.stop()
