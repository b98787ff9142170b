// The service as other people and programs use it beside the console.

import assert from "node:assert/strict";

/** Where the service is. */
export const url = process.env.CONSOLE_URL;
/** The admin token. */
export const adminToken = process.env.CONSOLE_TOKEN;

/** Calls the service as another client does; the JSON of its answer, where it has one. */
export async function call(method, path, body, { token = adminToken, headers = {} } = {}) {
  const sent = body === undefined ? {} : { "content-type": "application/json" };
  const response = await fetch(`${url}/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...sent, ...headers },
    body: typeof body === "object" ? JSON.stringify(body) : body,
  });
  const text = await response.text();
  assert(response.ok, `${method} ${path}: ${response.status} ${text}`);
  return response.headers.get("content-type")?.includes("/json") ? JSON.parse(text) : text;
}

/** A token of its own, with the fields of a request for one. */
export async function tokenFor(fields) {
  const whole = { name: "a scenario", product: "*", company: "*", permissions: ["read", "write"] };
  return (await call("POST", "admin/token", { ...whole, ...fields })).token;
}

let companies = 0;

/** A company that nobody else uses: its address in the console, and what is done to it from outside. */
export function newCompany() {
  const name = `firm-${process.pid}-${(companies += 1)}`;
  const path = `api/shop/v1/company/${name}`;
  return {
    name,
    path,
    hash: (rest) => `#/shop/v1/${name}/${rest}`,
    create: (fields) => call("POST", `${path}/customer`, customer(fields)),
    change: (id, fields) => call("PATCH", `${path}/customer/${id}`, fields),
    remove: (id) => call("DELETE", `${path}/customer/${id}`),
    list: () => call("GET", `${path}/customer`),
    import: (lines, query = "") =>
      call("POST", `${path}/customer${query}`, lines.map((line) => JSON.stringify(line)).join("\n"), {
        headers: { "content-type": "application/x-ndjson" },
      }),
  };
}

/** An Italian VAT number with a right check digit, another for each number. */
export function vatNumber(number) {
  const digits = String(1_000_000 + number).padStart(7, "0").slice(-7) + "015";
  const weighed = [...digits].map((digit, place) => {
    const value = Number(digit) * (1 + (place % 2));
    return value > 9 ? value - 9 : value;
  });
  const sum = weighed.reduce((one, other) => one + other, 0);
  return `IT${digits}${(10 - (sum % 10)) % 10}`;
}

let customers = 0;

/** The fields of a customer that nothing is wrong with, but for what is given. */
export function customer(fields = {}) {
  const number = (customers += 1);
  return {
    "first-name": "Maria",
    "last-name": "Rossi",
    email: `maria.rossi.${number}@example.it`,
    "vat-number": vatNumber(number),
    ...fields,
  };
}
