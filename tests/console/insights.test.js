// The company in figures: charts that can be read, also without seeing them, and that lead somewhere.

import assert from "node:assert/strict";

import { vatNumber } from "./registry.js";
import { history } from "./sample.js";
import { scenario } from "./scenario.js";

scenario("the figures are drawn, told in a table and lead to the customers behind them", async ({ page, open, company }) => {
  await company.import(history(800, vatNumber), "?history=true");
  await open(company.hash("insights"));
  const chart = page.getByRole("main").locator("svg[role=img], svg [role=slider], [role=slider]").first();
  await chart.waitFor();
  const table = page.getByRole("main").locator("details").first();
  await table.locator("summary").click();
  assert(await table.getByRole("row").count() > 30);
  const slider = page.getByRole("slider").first();
  await slider.focus();
  const before = await slider.getAttribute("aria-valuetext");
  await page.keyboard.press("ArrowLeft");
  assert.notEqual(await slider.getAttribute("aria-valuetext"), before);
  await page.getByRole("main").getByRole("link", { name: "Public sector" }).first().click();
  await page.getByRole("heading", { level: 1, name: "Customers" }).waitFor();
  assert(page.url().includes("category=public-sector"), page.url());
});
