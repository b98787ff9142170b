"""Rules between the parts of a request, which an OpenAPI document cannot say."""

import schemathesis

FAR_FUTURE = "2999-01-01T00:00:00Z"
LINES = ["application/x-ndjson", "text/csv"]


@schemathesis.serializer("application/x-ndjson")
def lines(context, value):
    """A text is sent as it is."""
    return {"data": value.encode() if isinstance(value, str) else value}


@schemathesis.hook
def filter_case(context, case):
    """Lines are any text: each is answered by itself, and there is no other type to send."""
    return case.media_type not in LINES or isinstance(case.body, str)


@schemathesis.hook
def map_case(context, case):
    if not is_valid(case):
        return case
    query = case.query or {}
    if case.media_type == "application/json":
        # A history comes with many customers.
        query.pop("history", None)
    if context.operation.definition.raw.get("operationId") == "customer_change_feed":
        # No position is ahead of what has happened.
        query.pop("after", None)
        case.headers.pop("Last-Event-ID", None)
    if isinstance(case.body, dict) and case.body.get("expires-at"):
        # A token ends in the future.
        case.body["expires-at"] = FAR_FUTURE
    return case


def is_valid(case):
    meta = getattr(case, "meta", None) or getattr(case, "_meta", None)
    return meta is None or meta.generation.mode.value == "positive"
