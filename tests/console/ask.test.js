// One sentence, in Italian or English: what it asks for is prepared, and a person does it.

import assert from "node:assert/strict";

import { scenario } from "./scenario.js";

/** Types a sentence and waits for what was understood. */
async function ask(page, text, title) {
  const box = page.getByLabel(/What do you want to do|Che cosa occorre fare/);
  await box.fill(text);
  await box.press("Enter");
  await page.getByRole("heading", { level: 2, name: title, exact: true }).waitFor();
}

scenario("asked in Italian, a customer is prepared in a form and created only by its button", { language: "it" }, async ({ page, open, company }) => {
  await company.create();
  await open(company.hash("ask"));
  await ask(page, "aggiungi Anna Verdi, anna.verdi@example.com, partita IVA IT12345678903", "Creare un cliente");
  const field = (name) => page.getByLabel(name, { exact: true });
  assert.equal(await field("Nome").inputValue(), "Anna");
  assert.equal(await field("Cognome").inputValue(), "Verdi");
  assert.equal((await company.list()).length, 1);
  await page.getByRole("button", { name: "Crea cliente" }).click();
  await page.getByRole("heading", { level: 1, name: "Anna Verdi" }).waitFor();
  assert.equal((await company.list()).length, 2);
});

scenario("a change is prepared for the one who is meant and saved by a person", { language: "it" }, async ({ page, open, company }) => {
  const { id } = await company.create({ "first-name": "Giulia", "last-name": "Bianchi" });
  await open(company.hash("ask"));
  await ask(page, "cambia la mail di Giulia Bianchi in giulia@example.com", "Modificare un cliente");
  await page.getByRole("heading", { level: 2, name: "Controllare e salvare: Giulia Bianchi" }).waitFor();
  await page.getByRole("button", { name: "Salva le modifiche" }).click();
  await page.getByRole("heading", { level: 1, name: "Giulia Bianchi" }).waitFor();
  assert.equal((await company.list()).find((one) => one.id === id).email, "giulia@example.com");
});

scenario("a deletion asks once more", { language: "it" }, async ({ page, open, company }) => {
  await company.create({ "first-name": "Luca", "last-name": "Moretti" });
  await company.create();
  await open(company.hash("ask"));
  await ask(page, "elimina il cliente Luca Moretti", "Eliminare un cliente");
  await page.getByRole("button", { name: "Elimina…" }).click();
  assert.equal((await company.list()).length, 2);
  await page.getByRole("dialog").getByRole("button", { name: /Elimina/ }).click();
  await page.getByRole("heading", { level: 1, name: "Clienti" }).waitFor();
  assert.equal((await company.list()).length, 1);
});

scenario("what is asked for of a list leads to the table, and what is none of it says so", async ({ page, open, company }) => {
  await company.create({ email: "maria@comune.milano.it" });
  await company.create();
  await open(company.hash("ask"));
  await ask(page, "show me the customers in the public sector", "List customers");
  await page.getByRole("link", { name: "Show these customers" }).click();
  await page.getByRole("heading", { level: 1, name: "Customers" }).waitFor();
  await page.getByText("maria@comune.milano.it").waitFor();
  await open(company.hash("ask"));
  await ask(page, "what will the weather be like tomorrow?", "None of the things done here");
});
