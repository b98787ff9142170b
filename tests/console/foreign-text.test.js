// Whatever customers are called, it is text: nothing of it ever runs, loads anything or becomes part of
// the page. (Scenarios fail by themselves where a dialog opens, the policy is broken or another host is
// asked.)

import assert from "node:assert/strict";

import { call, customer, tokenFor } from "./registry.js";
import { scenario } from "./scenario.js";

const NAMES = [
  "<img src=x onerror=alert(1)>",
  "<script>alert(2)</script>",
  "\"><svg onload=alert(3)>",
  "javascript:alert(4)",
  "{{7*7}}${alert(5)}",
  "</title><iframe src=//evil.example>",
];

/** That nothing but text came of the names. */
async function isText(page) {
  const made = await page.evaluate(() => document.querySelectorAll("main script, main iframe, main svg[onload], img[src='x'], [onerror], [onload]").length);
  assert.equal(made, 0);
}

scenario("names that look like markup are text on every screen", async ({ page, open, company }) => {
  const mailbox = (number) => `o'<b>${number}</b>`.replaceAll(/[<>/]/g, "=") + "@example.it";
  const stored = await company.import(NAMES.map((name, number) => customer({ "first-name": name, "last-name": name, email: mailbox(number) })));
  assert.equal(stored.match(/"status":201/g).length, NAMES.length, stored);
  const list = await company.list();
  await open(company.hash("customers"));
  for (const name of NAMES) await page.getByRole("main").getByText(name).first().waitFor();
  await isText(page);
  for (const { id } of list) {
    const name = NAMES[list.findIndex((one) => one.id === id)];
    await open(company.hash(`customers/${id}`));
    await page.getByRole("heading", { level: 1 }).getByText(`${name} ${name}`).waitFor();
    await isText(page);
    await open(company.hash(`customers/${id}/edit`));
    await page.getByLabel("First name", { exact: true }).waitFor();
    assert.equal(await page.getByLabel("First name", { exact: true }).inputValue(), name);
    await isText(page);
  }
  await open(company.hash(`customers/${list[0].id}`));
  await page.getByRole("main").getByRole("button", { name: "Delete" }).first().click();
  await page.getByRole("dialog").getByText(NAMES[0]).first().waitFor();
  await page.keyboard.press("Escape");
});

scenario("a search, a sentence, a token and an address of the console that look like markup are text", async ({ page, open, company }) => {
  await company.create();
  await tokenFor({ name: NAMES[0], permissions: ["read"] });
  await open("#/admin");
  await page.getByRole("main").getByText(NAMES[0]).first().waitFor();
  await isText(page);
  await open(company.hash(`customers?q=${encodeURIComponent(NAMES[1])}&category=${encodeURIComponent(NAMES[0])}`));
  await isText(page);
  await open(company.hash("ask"));
  await page.getByLabel("What do you want to do?").fill(`register ${NAMES[0]}, x@example.com, VAT IT12345678903`);
  await page.keyboard.press("Enter");
  await page.getByRole("main").getByRole("heading", { level: 2 }).first().waitFor();
  await isText(page);
  await open(`#/shop/v1/${encodeURIComponent(NAMES[0])}/customers`);
  await isText(page);
});

scenario("lines of a refused file that look like markup are text in the report", async ({ page, open, company }) => {
  await open(company.hash("transfer"));
  const text = `first-name,last-name,email,vat-number\n${NAMES[0]},Rossi,<b>nobody</b>,IT1\n`;
  const file = { name: `<i>${company.name}.csv`, mimeType: "text/csv", buffer: Buffer.from(text) };
  await page.locator("input[type=file]").setInputFiles(file);
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await page.getByRole("cell", { name: NAMES[0] }).first().waitFor();
  await isText(page);
});

scenario("what the service tells of an address that is none is text", async ({ page, open }) => {
  await call("GET", "healthz");
  await open("#/shop/v1/acme/customers/%3Cimg%20src=x%20onerror=alert(1)%3E");
  await isText(page);
});
