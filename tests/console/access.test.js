// Every screen for everybody: axe-core finds no serious fault, in both themes and on a phone, and no
// screen is wider than a narrow phone.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { before } from "node:test";

import { DESKTOP, PHONE } from "./browser.js";
import { url } from "./registry.js";
import { scenario } from "./scenario.js";
import { allScreens } from "./screens.js";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SERIOUS = ["serious", "critical"];

let screens;
before(async () => (screens = await allScreens()));

/** Shows a screen. */
async function visit({ page, open }, { hash, settle }) {
  if (hash) await open(hash);
  else await page.goto(url);
  await settle(page);
}

/** The serious faults of the page as it is, each in a line. */
async function faultsOf(page) {
  // Evaluated from outside, as the policy lets nothing else into the page.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  const serious = violations.filter(({ impact }) => SERIOUS.includes(impact));
  return serious.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(" | ")}`);
}

for (const theme of ["light", "dark"]) {
  for (const [name, size] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
    scenario(`no screen has a serious fault: ${theme}, ${name}`, { theme, size }, async (person) => {
      const found = [];
      for (const screen of screens) {
        await visit(person, screen);
        found.push(...(await faultsOf(person.page)).map((fault) => `${screen.name}: ${fault}`));
      }
      assert.deepEqual(found, []);
    });
  }
}

for (const language of ["en", "it"]) {
  scenario(`no screen is wider than a narrow phone: ${language}`, { size: PHONE, language }, async (person) => {
    const wide = [];
    for (const screen of screens) {
      await visit(person, screen);
      const width = await person.page.evaluate(() => document.documentElement.scrollWidth);
      if (width > PHONE.width) wide.push(`${screen.name}: ${width}`);
    }
    assert.deepEqual(wide, []);
  });
}

for (const [name, options] of Object.entries({ desktop: { theme: "light" }, phone: { theme: "dark", size: PHONE, language: "it" } })) {
  scenario(`what opens over or within a screen has no serious fault: ${name}`, options, async ({ page, open, company }) => {
    const found = [];
    const look = async (what) => found.push(...(await faultsOf(page)).map((fault) => `${what}: ${fault}`));
    const { id } = await company.create({ "last-name": "Rossi", email: "maria.rossi@gmial.com" });
    await open(company.hash("customers"));
    await page.getByRole("link", { name: "Maria Rossi" }).waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    await look("the list of keys");
    await page.keyboard.press("Escape");
    await page.getByRole("banner").getByRole("button").last().click();
    await page.getByRole("combobox").first().waitFor();
    await look("the settings");
    await page.keyboard.press("Escape");
    await open(company.hash(`customers/${id}`));
    await page.getByRole("main").getByRole("button", { name: /Delete|Elimina/ }).first().click();
    await page.getByRole("dialog").waitFor();
    await look("the question before a deletion");
    await page.keyboard.press("Escape");
    await open(company.hash(`customers/${id}/edit`));
    await page.locator("input[name=first-name]").fill("Marianna");
    await company.change(id, { "last-name": "Bianchi" });
    await page.getByRole("button", { name: /Save changes|Salva le modifiche/ }).click();
    await page.getByRole("radio").first().waitFor();
    await look("a conflict");
    await open(company.hash("ask"));
    await page.locator("#sentence").fill("cambia la mail di Maria Bianchi in maria@example.com");
    await page.keyboard.press("Enter");
    await page.getByRole("main").locator("ins").waitFor();
    await look("what was understood of a sentence");
    await open(company.hash("transfer"));
    const text = "first-name,last-name,email,vat-number\nAnna,Verdi,nobody,IT1\n";
    const file = { name: `${company.name}.csv`, mimeType: "text/csv", buffer: Buffer.from(text) };
    await page.locator("input[type=file]").setInputFiles(file);
    await page.getByRole("button", { name: /^(Import|Importa)$/ }).click();
    await page.locator("dl.counts").waitFor();
    await look("the report of an import");
    await open("#/admin");
    await page.getByRole("button", { name: /New token|Nuovo token/ }).click();
    await page.locator("input[name=name], dialog input, form input").first().waitFor();
    await look("the form of a token");
    assert.deepEqual(found, []);
  });
}
