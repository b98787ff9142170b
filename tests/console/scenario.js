// A scenario: people at browsers, a company of its own, and pictures of what was on the screens where
// it fails.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { after, before, test } from "node:test";

import { launch, person } from "./browser.js";
import { newCompany } from "./registry.js";

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

/**
 * A scenario: `walk` gets a `person` at a browser and a `company`, and `another(options)` for further
 * people. It fails where a page opened a dialog, wrote an error to its console, broke the policy or
 * asked another host.
 */
export function scenario(name, options, walk) {
  if (walk === undefined) return scenario(name, {}, options);
  test(name, { timeout: 120_000 }, async () => {
    const faults = [];
    const people = [];
    const another = async (own = {}) => {
      people.push(await person(browser, faults, { ...options, ...own }));
      return people.at(-1);
    };
    try {
      const first = await another();
      await walk({ ...first, another, company: newCompany() });
      assert.deepEqual(faults, []);
    } catch (error) {
      await show(name, people, faults);
      throw error;
    } finally {
      await Promise.all(people.map(({ context }) => context.close()));
    }
  });
}

/** Leaves pictures of what was on the screens of a scenario that failed. */
async function show(name, people, faults) {
  if (faults.length > 0) console.error(faults.join("\n"));
  await mkdir("failed", { recursive: true });
  for (const [number, { page }] of people.entries()) {
    const path = `failed/${name.replaceAll(/\W+/g, "-")}-${number}.png`;
    await page.screenshot({ path, fullPage: true }).catch(() => {});
  }
}
