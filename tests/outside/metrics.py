"""Reads the figures of a service with Prometheus's own client library, and holds them to what it is about.

usage: metrics.py URL TOKEN
"""

import sys
import urllib.request

from prometheus_client.parser import text_string_to_metric_families

url, token = sys.argv[1:]
request = urllib.request.Request(url + "/metrics", headers={"Authorization": "Bearer " + token})
with urllib.request.urlopen(request) as answer:
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4"), answer.headers
    text = answer.read().decode()

families = {family.name: family for family in text_string_to_metric_families(text)}
for name, kind in {
    "smart_customer_requests": "counter",
    "smart_customer_request_duration_seconds": "histogram",
    "smart_customer_refusals": "counter",
    "smart_customer_advisories": "counter",
    "smart_customer_intents": "counter",
    "smart_customer_journal_group_requests": "histogram",
    "smart_customer_journal_sync_duration_seconds": "histogram",
    "smart_customer_disk_bytes": "gauge",
    "smart_customer_open_connections": "gauge",
    "smart_customer_build_info": "gauge",
}.items():
    family = families[name]
    assert family.type == kind, f"{name} is a {family.type}"
    assert family.documentation, f"{name} says nothing of itself"
read = sum(len(family.samples) for family in families.values())
written = sum(not line.startswith("#") for line in text.splitlines())
assert read == written, f"{written} samples, of which {read} were read"
print(f"{len(families)} families with {read} samples")
