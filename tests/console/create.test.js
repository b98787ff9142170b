// Creating a customer: judged while one types, mended by one click, refused with reasons.

import assert from "node:assert/strict";

import { customer, vatNumber } from "./registry.js";
import { scenario } from "./scenario.js";

/** Fills in the form as somebody does who goes from field to field. */
async function fill(page, fields) {
  const labels = { "first-name": "First name", "last-name": "Last name", email: "Email", "vat-number": "VAT number" };
  for (const [name, value] of Object.entries(fields)) {
    await page.getByLabel(labels[name], { exact: true }).fill(value);
    await page.keyboard.press("Tab");
  }
}

scenario("a slip in the address is pointed out while one types and mended by one click", async ({ page, open, company }) => {
  await open(company.hash("customers/new"));
  await fill(page, customer({ email: "maria.rossi@gmial.com" }));
  await page.getByRole("button", { name: "Use “maria.rossi@gmail.com”" }).click();
  await page.getByRole("button", { name: "Use “" }).waitFor({ state: "detached" });
  assert.equal(await page.getByLabel("Email", { exact: true }).inputValue(), "maria.rossi@gmail.com");
  await page.getByRole("button", { name: "Create customer" }).click();
  await page.getByRole("heading", { level: 1, name: "Maria Rossi" }).waitFor();
  const [stored] = await company.list();
  assert.equal(stored.email, "maria.rossi@gmail.com");
  assert.deepEqual(stored.ai.advisories, []);
});

scenario("a wrong check digit is told, and the customer is created all the same", async ({ page, open, company }) => {
  await open(company.hash("customers/new"));
  await fill(page, customer({ "vat-number": "IT12345678901" }));
  await page.getByText("check digit").first().waitFor();
  await page.getByRole("button", { name: "Create customer" }).click();
  await page.getByRole("heading", { level: 1, name: "Maria Rossi" }).waitFor();
  await page.getByRole("main").getByText("should be 3").first().waitFor();
});

scenario("what cannot be accepted is said beside its field, and nothing is stored", async ({ page, open, company }) => {
  await company.create();
  await open(company.hash("customers/new"));
  await fill(page, { "first-name": "Anna", "last-name": "Verdi", email: "anna.verdi", "vat-number": "IT1" });
  await page.getByRole("button", { name: "Create customer" }).click();
  const email = page.getByLabel("Email", { exact: true });
  await page.locator("input[aria-invalid=true]").nth(1).waitFor();
  assert.equal(await email.getAttribute("aria-invalid"), "true");
  assert(await email.evaluate((node) => node === document.activeElement));
  assert.equal((await company.list()).length, 1);
  await fill(page, { email: "anna.verdi@example.it", "vat-number": vatNumber(77) });
  await page.getByRole("button", { name: "Create customer" }).click();
  await page.getByRole("heading", { level: 1, name: "Anna Verdi" }).waitFor();
});

scenario("who is there already is pointed at before a second one is made", async ({ page, open, company }) => {
  const there = await company.create({ "first-name": "Giulia", "last-name": "Ferrari" });
  await open(company.hash("customers/new"));
  await fill(page, customer({ "first-name": "Giulia", "last-name": "Ferrari", email: there.email }));
  const link = page.getByRole("link", { name: "Look at that customer" }).first();
  await link.waitFor();
  assert((await link.getAttribute("href")).endsWith(there.id));
});
