"""The official Python client of the Model Context Protocol lists and calls every tool, over HTTP and
over standard input and output, with the protocol of today and with the handshake of before."""

import asyncio
import sys

from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import create_mcp_http_client, streamable_http_client

URL, TOKEN, BINARY = sys.argv[1:]
VALUES = {"version": "v1", "month": "2026-11"}
HINTS = ["read_only_hint", "destructive_hint", "idempotent_hint", "open_world_hint"]
MARIA = {
    "first-name": "Maria",
    "last-name": "Rossi",
    "email": "maria.rossi@example.it",
    "vat-number": "IT00743110157",
}


async def walk(client: Client, company_id: str) -> None:
    tools = (await client.list_tools()).tools
    company = {"product": "outside", "version": "v1", "companyId": company_id}
    called = set()

    async def call(name: str, **arguments):
        called.add(name)
        result = await client.call_tool(name, {**company, **arguments})
        assert not result.is_error, f"{name}: {result.content}"
        return result.structured_content

    created = await call("customer_creation", **MARIA)
    customer = {"customerId": created["id"]}
    listed = await call("customer_listing", q="rosi")
    assert listed["customers"][0]["id"] == created["id"]
    read = await call("customer_detail", **customer)
    assert read["email"] == MARIA["email"]
    insight = await call("customer_insight", **customer)
    assert insight["category"] == read["ai"]["category"] and insight["category-reasons"]
    assert insight["possible-duplicates"] == []
    company_insight = await call("company_insight")
    assert company_insight["customers"] == 1
    intent = await call("intent_recognition", text="mostrami il cliente Maria Rossi")
    assert intent["purpose"] == "customer_detail"
    assert intent["operation"]["path"].endswith(created["id"])
    change = {"last-name": "Bianchi", "if-match": read["etag"]}
    changed = await call("customer_update", **customer, **change)
    assert changed["last-name"] == "Bianchi"
    replaced = await call("customer_replacement", **customer, **MARIA)
    assert replaced["last-name"] == "Rossi"
    feed = await call("customer_change_feed", after=0)
    assert [event["kind"] for event in feed["events"]] == ["created", "updated", "updated"]
    await call("customer_deletion", **customer)
    gone = await client.call_tool("customer_detail", {**company, **customer})
    assert gone.is_error
    assert gone.structured_content["type"] == "/problems/customer-not-found"
    for tool in tools:
        assert tool.name in called, f"{tool.name} was not called"
        assert tool.output_schema, f"{tool.name} has no output schema"
        for hint in HINTS:
            assert isinstance(getattr(tool.annotations, hint), bool), f"{tool.name} has no {hint}"
    assert len(called) == len(tools)
    resources = (await client.list_resources()).resources
    for resource in resources:
        assert (await client.read_resource(resource.uri)).contents, resource.uri
    prompts = (await client.list_prompts()).prompts
    for prompt in prompts:
        names = [argument.name for argument in prompt.arguments or []]
        given = {name: VALUES.get(name, "acme") for name in names}
        assert (await client.get_prompt(prompt.name, given)).messages, prompt.name
    counts = f"{len(tools)} tools, {len(resources)} resources, {len(prompts)} prompts"
    print(f"{counts} ({client.protocol_version})")


async def main() -> None:
    for mode in ["auto", "legacy"]:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with create_mcp_http_client(headers=headers) as http:
            transport = streamable_http_client(f"{URL}/mcp", http_client=http)
            async with Client(transport, mode=mode) as client:
                await walk(client, f"python-http-{mode}")
        environment = {"SMART_CUSTOMER_TOKEN": TOKEN}
        server = StdioServerParameters(command=BINARY, args=["mcp", "--url", URL], env=environment)
        async with Client(server, mode=mode) as client:
            await walk(client, f"python-stdio-{mode}")
    print("the Python client called every tool over HTTP and standard input and output")


asyncio.run(main())
