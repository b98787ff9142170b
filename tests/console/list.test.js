// The table of customers: searched, filtered, turned page by page, and what it says where it is empty.

import assert from "node:assert/strict";

import { customer } from "./registry.js";
import { scenario } from "./scenario.js";

const rows = (page) => page.getByRole("main").getByRole("table").getByRole("row").filter({ has: page.getByRole("link") });

/** Waits until the table has so many customers. */
async function shows(page, count) {
  await page.waitForFunction(
    (count) => document.querySelectorAll("main table tbody a").length === count,
    count,
  );
}

scenario("a company without customers says what to do next, and fills itself with samples", async ({ page, open, company }) => {
  await open(company.hash("customers"));
  const curl = page.getByText("curl '");
  await curl.waitFor();
  assert((await curl.textContent()).includes(`${company.path}/customer`));
  const samples = page.getByRole("button", { name: /sample customers/ });
  const count = Number(/\d+/.exec(await samples.textContent())[0]);
  await samples.click();
  await shows(page, count);
  assert.equal((await company.list()).length, count);
});

scenario("the search goes on with each key and forgives a slip", async ({ page, open, company }) => {
  await company.import([
    customer({ "first-name": "Jürgen", "last-name": "Müller" }),
    customer({ "first-name": "Anna", "last-name": "Bianchi" }),
    customer({ "first-name": "Robert", "last-name": "Smith" }),
  ]);
  await open(company.hash("customers"));
  await shows(page, 3);
  const search = page.getByRole("searchbox");
  for (const [typed, found] of [["mul", "Jürgen Müller"], ["smiht", "Robert Smith"], ["bian", "Anna Bianchi"]]) {
    await search.fill("");
    await search.pressSequentially(typed);
    await shows(page, 1);
    await page.getByRole("link", { name: found }).waitFor();
  }
  assert(page.url().endsWith("?q=bian"), page.url());
  await page.reload();
  await shows(page, 1);
  assert.equal(await page.getByRole("searchbox").inputValue(), "bian");
  await page.getByRole("searchbox").fill("nobody is called so");
  await page.getByRole("heading", { name: "Nobody found" }).waitFor();
  await page.getByRole("main").getByRole("button", { name: "Clear the filters" }).last().click();
  await shows(page, 3);
});

scenario("category, market and advisory narrow the list, alone and together", async ({ page, open, company }) => {
  await company.import([
    customer({ email: "maria@comune.milano.it" }),
    customer({ email: "m.rossi@mailinator.com" }),
    customer({ email: "info@mueller-technik.de", "vat-number": "DE136695976" }),
    customer({ email: "m.rossi@gmial.com" }),
  ]);
  await open(company.hash("customers"));
  await shows(page, 4);
  const choose = (label, option) => page.getByLabel(label, { exact: true }).selectOption(option);
  await choose("Category", "Public sector");
  await shows(page, 1);
  await page.getByText("maria@comune.milano.it").waitFor();
  await choose("Category", "Any category");
  await choose("Market", { label: "Germany (1)" });
  await shows(page, 1);
  await page.getByText("info@mueller-technik.de").waitFor();
  await choose("Advisory", "Email typo");
  await page.getByRole("heading", { name: "Nobody found" }).waitFor();
  await choose("Market", "Any market");
  await shows(page, 1);
  await page.getByText("m.rossi@gmial.com").waitFor();
  await page.reload();
  await shows(page, 1);
});

scenario("a long list is turned page by page, and a page is still there after looking at a customer", async ({ page, open, company }) => {
  const lines = Array.from({ length: 120 }, (_, number) => customer({ "last-name": `Rossi${"abcdefghij"[number % 10]}${"klmnopqrstuv"[Math.floor(number / 10)]}` }));
  await company.import(lines);
  await open(company.hash("customers"));
  await shows(page, 50);
  const next = page.getByRole("button", { name: "Next" });
  await next.click();
  await page.getByText("51 to 100").waitFor();
  await next.click();
  await page.getByText("101 to 120").waitFor();
  await shows(page, 20);
  assert(await next.isDisabled());
  await page.getByRole("button", { name: "Previous" }).click();
  await page.getByText("51 to 100").waitFor();
  const third = rows(page).nth(2).getByRole("link");
  const name = await third.textContent();
  await third.click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
  await page.goBack();
  await page.getByText("51 to 100").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.textContent), name);
});
