"""One request at a time, for what prepares a measurement: logins, imports, samples."""

import http.client
import json


class Caller:
    """A connection to a server of this machine that is kept open."""

    def __init__(self, port, fields=None):
        self.fields = fields or {}
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def send(self, method, path, body=None, kind="application/json"):
        """The answer's fields and body. An error of the connection is an OSError, and a status
        that is no success ends everything."""
        if body is not None and not isinstance(body, (str, bytes)):
            body = json.dumps(body)
        fields = dict(self.fields)
        if body is not None:
            fields["Content-Type"] = kind
        try:
            self.connection.request(method, path, body, fields)
            answer = self.connection.getresponse()
            read = answer.read()
        except (http.client.HTTPException, OSError) as error:
            self.connection.close()
            raise OSError(error) from error
        if answer.status not in (200, 201, 204, 304):
            raise SystemExit(f"{method} {path}: {answer.status} {read.decode()[:500]}")
        return answer, read

    def json(self, method, path, body=None):
        """The answer's body."""
        return json.loads(self.send(method, path, body)[1])

    def close(self):
        """Closes the connection."""
        self.connection.close()
