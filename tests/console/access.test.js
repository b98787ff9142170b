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
