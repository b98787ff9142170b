// A client that openapi-typescript and openapi-fetch make from the document: it compiles, and a
// customer goes through its whole life.

import assert from "node:assert/strict";

import createClient from "openapi-fetch";

import type { components, paths } from "./api.js";

type NewCustomer = components["schemas"]["NewCustomer"];

const [url, token] = process.argv.slice(2);
assert(url && token, "usage: client.js URL TOKEN");

const client = createClient<paths>({ baseUrl: url, headers: { Authorization: `Bearer ${token}` } });
const company = { product: "outside", version: "v1", companyId: "typescript" };
const john: NewCustomer = {
  "first-name": "John",
  "last-name": "Smith",
  email: "john.smith@example.com",
  "vat-number": "IT12345678901",
};

const created = await client.POST("/api/{product}/{version}/company/{companyId}/customer", {
  params: { path: company },
  body: john,
});
assert.equal(created.response.status, 201, JSON.stringify(created.error));
assert(typeof created.data === "object" && "id" in created.data);
const customer = { ...company, customerId: created.data.id };

const listed = await client.GET("/api/{product}/{version}/company/{companyId}/customer", {
  params: { path: company, query: { q: "smiht", limit: 5 } },
});
assert(Array.isArray(listed.data));
assert.equal(listed.data[0]?.id, customer.customerId);

const path = "/api/{product}/{version}/company/{companyId}/customer/{customerId}";
const read = await client.GET(path, { params: { path: customer } });
assert.equal(read.data?.["last-name"], "Smith");
assert.equal(read.data?.ai.advisories[0]?.code, "vat-checksum");

const insight = await client.GET(`${path}/insight`, { params: { path: customer } });
assert.equal(insight.data?.category, read.data?.ai.category);
assert.equal(insight.data?.["quality-reasons"][0]?.code, "vat-checksum");

const figures = await client.GET("/api/{product}/{version}/company/{companyId}/insight", {
  params: { path: company },
});
assert.equal(figures.data?.customers, 1);
assert.equal(figures.data?.growth.forecast.length, 30);

const intent = await client.POST("/api/{product}/{version}/company/{companyId}/intent", {
  params: { path: company },
  body: { text: "please delete the customer John Smith" },
});
assert.equal(intent.data?.purpose, "customer_deletion");
assert.equal(intent.data?.operation?.path, `/api/outside/v1/company/typescript/customer/${customer.customerId}`);

const etag = read.response.headers.get("etag");
assert(etag);
const changed = await client.PATCH(path, {
  params: { path: customer, header: { "If-Match": etag } },
  body: { email: "john@example.com" },
  headers: { "Content-Type": "application/merge-patch+json" },
});
assert.equal(changed.data?.email, "john@example.com");

const stale = await client.PATCH(path, {
  params: { path: customer, header: { "If-Match": etag } },
  body: { email: "jim@example.com" },
  headers: { "Content-Type": "application/merge-patch+json" },
});
assert.equal(stale.error?.type, "/problems/precondition-failed");

const deleted = await client.DELETE(path, { params: { path: customer } });
assert.equal(deleted.response.status, 204);
const gone = await client.GET(path, { params: { path: customer } });
assert.equal(gone.error?.status, 404);
console.log("a generated client created, listed, read, changed and deleted a customer");
