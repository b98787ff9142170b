// Signing in with a token, and where that leads.

import assert from "node:assert/strict";

import { signIn } from "./browser.js";
import { call, newCompany, tokenFor, url } from "./registry.js";
import { scenario } from "./scenario.js";

const heading = (page, name) => page.getByRole("heading", { level: 1, name, exact: true });

scenario("a wrong token is refused in words, a right one leads to the companies", async ({ page, company }) => {
  await company.create();
  await newCompany().create();
  await page.goto(url);
  await heading(page, "Sign in").waitFor();
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("Paste a token").waitFor();
  await page.getByLabel("Token", { exact: true }).fill("sc_wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("The token is not valid").waitFor();
  await signIn(page);
  await heading(page, "Companies").waitFor();
  await page.getByRole("main").getByRole("link", { name: company.name, exact: true }).click();
  await heading(page, "Customers").waitFor();
  await page.getByRole("link", { name: "Maria Rossi" }).waitFor();
});

scenario("the token is kept by this tab and by nothing else", async ({ page, context, company }) => {
  const token = await tokenFor({});
  await page.goto(url);
  await signIn(page, token);
  await page.evaluate((hash) => (location.hash = hash), company.hash("customers"));
  await heading(page, "Customers").waitFor();
  await page.reload();
  await heading(page, "Customers").waitFor();
  assert.deepEqual(await context.cookies(), []);
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }) + location.href + document.cookie);
  assert(!kept.includes(token), kept);
  const otherTab = await context.newPage();
  await otherTab.goto(url);
  await heading(otherTab, "Sign in").waitFor();
});

scenario("the company that was worked with last is there again, also after signing out", async ({ page, company }) => {
  await company.create();
  await page.goto(`${url}/${company.hash("customers")}`);
  await signIn(page);
  await heading(page, "Customers").waitFor();
  await page.getByRole("banner").getByRole("button", { name: "admin" }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await heading(page, "Sign in").waitFor();
  await page.goto(url);
  await signIn(page);
  await heading(page, "Customers").waitFor();
  assert(page.url().endsWith(company.hash("customers")), page.url());
});

scenario("a token for one company leads there and shows no other", async ({ page, company }) => {
  await company.create();
  const other = newCompany();
  await other.create();
  const token = await tokenFor({ product: "shop", company: company.name, permissions: ["read"] });
  await page.goto(url);
  await signIn(page, token);
  await heading(page, "Customers").waitFor();
  await page.getByRole("link", { name: "Maria Rossi" }).waitFor();
  assert.equal(await page.getByRole("link", { name: "New customer" }).count(), 0);
  assert.equal(await page.getByRole("link", { name: "Admin" }).count(), 0);
  await page.evaluate((hash) => (location.hash = hash), other.hash("customers"));
  await heading(page, "Companies").waitFor();
  await page.getByRole("main").getByRole("link", { name: company.name }).waitFor();
  assert(!(await page.content()).includes(other.name));
});

scenario("a token that is revoked meanwhile signs out and says why", async ({ page, company }) => {
  const token = await tokenFor({ name: "to be revoked" });
  await company.create();
  await page.goto(`${url}/${company.hash("customers")}`);
  await signIn(page, token);
  await page.getByRole("link", { name: "Maria Rossi" }).waitFor();
  const tokens = await call("GET", "admin/token");
  await call("DELETE", `admin/token/${tokens.findLast((one) => one.name === "to be revoked").id}`);
  await page.getByRole("searchbox").fill("rossi");
  await heading(page, "Sign in").waitFor();
  await page.getByText("no longer valid").first().waitFor();
});
