// Managing the service: tokens, a backup, and how it is.

import assert from "node:assert/strict";
import { stat } from "node:fs/promises";

import { call } from "./registry.js";
import { scenario } from "./scenario.js";

scenario("a token is made, its secret is shown once, and it is revoked when that is confirmed", async ({ page, open, company }) => {
  const name = `till of ${company.name}`;
  await open("#/admin");
  await page.getByRole("main").getByRole("button", { name: /New token|Make a token|Create a token|Create token/ }).first().click();
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("button", { name: /Create|Make/ }).last().click();
  const secret = page.getByText(/^sc_[\w-]{20,}$/).first();
  await secret.waitFor();
  const token = await secret.textContent();
  await call("GET", "console/session", undefined, { token });
  await page.reload();
  await page.getByRole("row", { name: new RegExp(name) }).waitFor();
  assert(!(await page.content()).includes(token));
  await page.getByRole("row", { name: new RegExp(name) }).getByRole("button", { name: /Revoke/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: /Revoke/ }).click();
  await page.getByRole("row", { name: new RegExp(name) }).waitFor({ state: "detached" });
  await assert.rejects(call("GET", "console/session", undefined, { token }), /401/);
});

scenario("a backup is downloaded whole, and the figures of the store are there", async ({ page, open }) => {
  await open("#/admin");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("main").getByRole("button", { name: /backup/i }).first().click(),
  ]);
  assert((await stat(await download.path())).size > 0);
  await page.getByRole("status").getByText(download.suggestedFilename()).waitFor();
  await page.getByRole("main").getByText(/Journal/).first().waitFor();
});
