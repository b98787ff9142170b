// The official TypeScript client of the Model Context Protocol lists and calls every tool, over
// HTTP and over standard input and output.

import assert from "node:assert/strict";

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const [url, token, binary] = process.argv.slice(2);
assert(url && token && binary, "usage: agents.js URL TOKEN BINARY");

type Structured = Record<string, any>;

const values: Record<string, string> = { version: "v1", month: "2026-11" };

async function walk(client: Client, companyId: string): Promise<void> {
  const { tools } = await client.listTools();
  const called = new Set<string>();
  const company = { product: "outside", version: "v1", companyId };
  async function call(name: string, args: Structured): Promise<Structured> {
    called.add(name);
    const result = await client.callTool({ name, arguments: { ...company, ...args } });
    assert(!result.isError, `${name}: ${JSON.stringify(result.content)}`);
    return result.structuredContent as Structured;
  }
  const details = {
    "first-name": "Maria",
    "last-name": "Rossi",
    email: "maria.rossi@example.it",
    "vat-number": "IT00743110157",
  };
  const created = await call("customer_creation", details);
  const customerId = created["id"];
  const listed = await call("customer_listing", { q: "rosi" });
  assert.equal(listed["customers"][0].id, customerId);
  const read = await call("customer_detail", { customerId });
  assert.equal(read["email"], "maria.rossi@example.it");
  const insight = await call("customer_insight", { customerId });
  assert.equal(insight["category"], read["ai"].category);
  assert.deepEqual(insight["possible-duplicates"], []);
  const company_insight = await call("company_insight", {});
  assert.equal(company_insight["customers"], 1);
  const intent = await call("intent_recognition", { text: "show me the customer Maria Rossi" });
  assert.equal(intent["purpose"], "customer_detail");
  assert(intent["operation"].path.endsWith(customerId));
  const changed = await call("customer_update", { customerId, "last-name": "Bianchi", "if-match": read["etag"] });
  assert.equal(changed["last-name"], "Bianchi");
  const replaced = await call("customer_replacement", { customerId, ...details });
  assert.equal(replaced["last-name"], "Rossi");
  const feed = await call("customer_change_feed", { after: 0 });
  assert.deepEqual(feed["events"].map((event: Structured) => event["kind"]), ["created", "updated", "updated"]);
  await call("customer_deletion", { customerId });
  const gone = await client.callTool({ name: "customer_detail", arguments: { ...company, customerId } });
  assert.equal(gone.isError, true);
  assert.equal((gone.structuredContent as Structured)["type"], "/problems/customer-not-found");
  for (const tool of tools) {
    assert(called.has(tool.name), `${tool.name} was not called`);
    for (const hint of ["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"] as const) {
      assert.equal(typeof tool.annotations?.[hint], "boolean", `${tool.name} has no ${hint}`);
    }
    assert(tool.outputSchema, `${tool.name} has no output schema`);
  }
  assert.equal(called.size, tools.length);
  const { resources } = await client.listResources();
  for (const { uri } of resources) {
    assert((await client.readResource({ uri })).contents.length > 0, uri);
  }
  const { prompts } = await client.listPrompts();
  for (const prompt of prompts) {
    const given = Object.fromEntries((prompt.arguments ?? []).map(({ name }) => [name, values[name] ?? "acme"]));
    assert((await client.getPrompt({ name: prompt.name, arguments: given })).messages.length > 0, prompt.name);
  }
  console.log(`${tools.length} tools, ${resources.length} resources, ${prompts.length} prompts`);
}

const overHttp = new Client({ name: "outside", version: "1.0.0" });
const headers = { Authorization: `Bearer ${token}` };
await overHttp.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit: { headers } }) as any);
await walk(overHttp, "typescript-http");
await overHttp.close();

const overStdio = new Client({ name: "outside", version: "1.0.0" });
const env = { SMART_CUSTOMER_TOKEN: token };
await overStdio.connect(new StdioClientTransport({ command: binary, args: ["mcp", "--url", url], env }));
await walk(overStdio, "typescript-stdio");
await overStdio.close();
console.log("the TypeScript client called every tool over HTTP and standard input and output");
