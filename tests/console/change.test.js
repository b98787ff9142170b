// Changing a customer: one click mends what was pointed out, and nobody overwrites anybody.

import assert from "node:assert/strict";

import { customer } from "./registry.js";
import { scenario } from "./scenario.js";

const title = (page, name) => page.getByRole("heading", { level: 1, name, exact: true }).waitFor();

scenario("an advisory on the page is mended by one click", async ({ page, open, company }) => {
  const { id } = await company.create({ email: "maria.rossi@gmial.com" });
  await open(company.hash(`customers/${id}`));
  await page.getByRole("main").getByRole("button", { name: "Use “maria.rossi@gmail.com”" }).click();
  await page.getByRole("main").getByRole("button", { name: "Use “" }).waitFor({ state: "detached" });
  assert.equal((await company.list())[0].email, "maria.rossi@gmail.com");
});

scenario("a change that somebody else made meanwhile is laid open and not overwritten", async ({ page, open, company }) => {
  const { id } = await company.create({ "first-name": "Maria", "last-name": "Rossi" });
  await open(company.hash(`customers/${id}/edit`));
  await page.getByLabel("First name", { exact: true }).fill("Marianna");
  await company.change(id, { "last-name": "Bianchi", email: "maria.bianchi@example.it" });
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.getByRole("heading", { name: "Changed by somebody else meanwhile" }).waitFor();
  assert.equal((await company.list())[0]["first-name"], "Maria");
  const stays = (field, value) => page.getByRole("group", { name: field, exact: true }).getByRole("radio", { name: value });
  assert(await stays("First name", "Marianna").isChecked());
  assert(await stays("Last name", "Bianchi").isChecked());
  await stays("Last name", "Rossi").check();
  await page.getByRole("button", { name: "Save this choice" }).click();
  await title(page, "Marianna Rossi");
  const [stored] = await company.list();
  assert.equal(`${stored["first-name"]} ${stored["last-name"]}`, "Marianna Rossi");
  assert.equal(stored.email, "maria.bianchi@example.it");
});

scenario("a customer is deleted only when that is confirmed, and undo brings it back", async ({ page, open, company }) => {
  const { id } = await company.create({ "first-name": "Paolo", "last-name": "Greco" });
  await company.create();
  await open(company.hash(`customers/${id}`));
  await title(page, "Paolo Greco");
  const remove = page.getByRole("main").getByRole("button", { name: "Delete" }).first();
  await remove.click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Paolo Greco").first().waitFor();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  assert.equal((await company.list()).length, 2);
  await remove.click();
  await dialog.getByRole("button", { name: "Delete" }).click();
  await title(page, "Customers");
  assert.equal((await company.list()).length, 1);
  await page.getByRole("status").getByRole("button", { name: "Undo" }).click();
  await page.getByRole("status").getByRole("button", { name: "Open" }).click();
  await title(page, "Paolo Greco");
  const names = (await company.list()).map((one) => one["last-name"]);
  assert.deepEqual(names, ["Rossi", "Greco"]);
});

scenario("possible duplicates stand side by side with how each field agrees", async ({ page, open, company }) => {
  const one = await company.create({ "first-name": "Giulia", "last-name": "Ferrari" });
  const other = await company.create(customer({ "first-name": "Giulia", "last-name": "Ferari", email: one.email, "vat-number": one["vat-number"] }));
  await open(company.hash(`customers/${one.id}`));
  await page.getByRole("main").getByText("a slip apart").first().waitFor();
  await page.getByRole("main").getByText("the same", { exact: true }).first().waitFor();
  assert((await page.getByRole("main").innerHTML()).includes(other.id));
});
