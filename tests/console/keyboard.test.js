// The whole way by keyboard alone: signing in, finding somebody, creating, changing and deleting.

import assert from "node:assert/strict";

import { adminToken, url } from "./registry.js";
import { scenario } from "./scenario.js";

/** Presses Tab until what has the focus is called `name`. */
async function tabTo(page, name) {
  for (let step = 0; step < 60; step += 1) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const node = document.activeElement;
      const label = node.labels?.[0]?.textContent ?? node.getAttribute("aria-label") ?? node.textContent;
      const outline = getComputedStyle(node);
      const isSeen = outline.outlineStyle !== "none" || outline.boxShadow !== "none";
      return { label: label.trim(), isSeen, tag: node.tagName };
    });
    if (focused.tag !== "BODY") assert(focused.isSeen, `the focus on "${focused.label}" is not to be seen`);
    if (focused.label === name) return;
  }
  assert.fail(`"${name}" cannot be reached by the Tab key`);
}

const heading = (page, name) => page.getByRole("heading", { level: 1, name, exact: true }).waitFor();

scenario("everything can be done without a pointer", async ({ page, company }) => {
  const { id } = await company.create();
  await page.goto(`${url}/${company.hash("customers")}`);
  await heading(page, "Sign in");
  await page.keyboard.insertText(adminToken);
  await page.keyboard.press("Enter");
  await heading(page, "Customers");
  await page.getByRole("link", { name: "Maria Rossi" }).waitFor();

  await page.keyboard.press("n");
  await heading(page, "New customer");
  for (const [label, value] of [["First name", "Davide"], ["Last name", "Conti"], ["Email", "davide.conti@example.it"], ["VAT number", "IT12345678903"]]) {
    const isThere = await page.evaluate((label) => document.activeElement.labels?.[0]?.textContent.trim() === label, label);
    if (!isThere) await tabTo(page, label);
    await page.keyboard.insertText(value);
  }
  await page.keyboard.press("Enter");
  await heading(page, "Davide Conti");

  await page.goBack();
  await page.goBack();
  await heading(page, "Customers");
  await page.getByRole("link", { name: "Davide Conti" }).waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("conti");
  await page.getByRole("link", { name: "Maria Rossi" }).waitFor({ state: "detached" });
  await tabTo(page, "Davide Conti");
  await page.keyboard.press("Enter");
  await heading(page, "Davide Conti");

  await tabTo(page, "Edit");
  await page.keyboard.press("Enter");
  await heading(page, "Edit Davide Conti");
  await tabTo(page, "Save changes");
  await page.keyboard.press("Enter");
  await heading(page, "Davide Conti");

  await tabTo(page, "Delete");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await tabTo(page, "Delete");
  await page.keyboard.press("Enter");
  await heading(page, "Customers");
  assert.deepEqual((await company.list()).map((one) => one.id), [id]);
});

scenario("the list of keys is shown by one, and all can be switched off", async ({ page, open, company }) => {
  await company.create();
  await open(company.hash("customers"));
  await page.getByRole("link", { name: "Maria Rossi" }).waitFor();
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("banner").getByRole("button", { name: /Settings|admin/ }).click();
  await page.getByRole("checkbox", { name: "Single-key shortcuts" }).uncheck();
  await page.keyboard.press("Escape");
  await page.keyboard.press("n");
  await heading(page, "Customers");
});
