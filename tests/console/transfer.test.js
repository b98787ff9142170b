// Files in and out: an import with its report, and an export of what the table shows.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

import { customer } from "./registry.js";
import { scenario } from "./scenario.js";

const HEADER = "first-name,last-name,email,vat-number";
const csv = (one) => [one["first-name"], one["last-name"], one.email, one["vat-number"]].join(",");

/** A file of a thousand lines of which two cannot be accepted. */
function thousandLines() {
  const lines = Array.from({ length: 1000 }, () => csv(customer()));
  lines[41] = lines[41].replace(/@[^,]*/, "");
  lines[899] = lines[899].replace(/IT\d+/, "IT1");
  return [HEADER, ...lines].join("\n");
}

async function choose(page, name, text) {
  await page.locator("input[type=file]").setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
}

/** The counts in the result. */
async function counts(page) {
  const list = page.locator("dl.counts");
  await list.waitFor();
  const [names, numbers] = await Promise.all([list.locator("dt").allTextContents(), list.locator("dd").allTextContents()]);
  return Object.fromEntries(names.map((name, place) => [name, Number(numbers[place].replaceAll(/\D/g, ""))]));
}

scenario("a thousand lines are imported, the refused ones are told with their reasons, and nothing twice", async ({ page, open, company }) => {
  const [name, text] = [`${company.name}.csv`, thousandLines()];
  await open(company.hash("transfer"));
  await choose(page, name, text);
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await page.getByRole("heading", { name: `${name} is imported` }).waitFor();
  const first = await counts(page);
  assert.deepEqual([first.Stored, first.Refused], [998, 2]);
  await page.getByRole("row", { name: /^43 No '@'/ }).waitFor();
  await page.getByRole("row", { name: /^901 Italian VAT numbers/ }).waitFor();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save the report" }).click()]);
  const report = await readFile(await download.path(), "utf8");
  assert.equal(report.trim().split("\n").length, 3, report);
  assert.equal((await company.list()).length, 998);
  await open(company.hash("customers"));
  await open(company.hash("transfer"));
  await choose(page, name, text);
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await page.locator("dl.counts").waitFor();
  assert.equal((await counts(page))["Already stored"], 998);
  assert.equal((await company.list()).length, 998);
});

scenario("a check says what would be refused and stores nothing", async ({ page, open, company }) => {
  await company.create();
  await open(company.hash("transfer"));
  await choose(page, `${company.name}-check.csv`, thousandLines());
  await page.getByRole("button", { name: "Check only" }).click();
  await page.getByRole("heading", { name: /is checked, nothing was stored/ }).waitFor();
  assert.equal((await counts(page)).Refused, 2);
  assert.equal((await company.list()).length, 1);
});

scenario("a file is dropped on the page, and columns with other names are matched", async ({ page, open, company }) => {
  const one = customer();
  const text = `Nome;Cognome;Posta elettronica;P.IVA\n${csv(one).replaceAll(",", ";")}\n`;
  await open(company.hash("transfer"));
  const data = await page.evaluateHandle(([text, name]) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], name, { type: "text/csv" }));
    return transfer;
  }, [text, `${company.name}-drop.csv`]);
  await page.dispatchEvent("main", "dragover", { dataTransfer: data });
  await page.dispatchEvent("main", "drop", { dataTransfer: data });
  await page.getByText("Which column is which?").waitFor();
  const guessed = await page.getByRole("group", { name: "Which column is which?" }).getByRole("combobox")
    .evaluateAll((selects) => selects.map((select) => select.selectedOptions[0].textContent));
  assert.deepEqual(guessed, ["Nome", "Cognome", "Posta elettronica", "P.IVA"]);
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await page.locator("dl.counts").waitFor();
  assert.equal((await company.list())[0].email, one.email);
});

scenario("what the table is filtered by is exported", async ({ page, open, company }) => {
  await company.import([customer({ email: "maria@comune.milano.it" }), customer(), customer()]);
  await open(company.hash("customers?category=public-sector"));
  await page.getByRole("link", { name: "Export these" }).click();
  await page.getByRole("heading", { level: 1, name: "Import and export" }).waitFor();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Export", exact: true }).click()]);
  const lines = (await readFile(await download.path(), "utf8")).trim().split("\n");
  assert.equal(lines.length, 2);
  assert(lines[1].includes("maria@comune.milano.it"), lines[1]);
});
