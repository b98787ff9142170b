// English and Italian: by the browser's language, switched by hand, and remembered; and each screen
// says all it says in the one that was chosen.

import assert from "node:assert/strict";

import { scenario } from "./scenario.js";

const heading = (page, name) => page.getByRole("heading", { level: 1, name, exact: true }).waitFor();

scenario("an Italian browser gets Italian, which can be switched to English and is remembered", { language: "it" }, async ({ page, open, company }) => {
  await company.create();
  await open(company.hash("customers"));
  await heading(page, "Clienti");
  assert.equal(await page.evaluate(() => document.documentElement.lang), "it");
  await page.getByRole("banner").getByRole("button", { name: /Impostazioni|admin/ }).click();
  await page.getByRole("banner").getByRole("combobox").first().selectOption("English");
  await heading(page, "Customers");
  assert.equal(await page.evaluate(() => document.documentElement.lang), "en");
  await page.reload();
  await heading(page, "Customers");
});

for (const language of ["en", "it"]) {
  scenario(`no text is missing on any screen: ${language}`, { language }, async ({ page, open, company }) => {
    const { id } = await company.create({ email: "maria.rossi@gmial.com" });
    await company.create({ email: "maria.rossi@gmail.com" });
    const screens = ["customers", "customers/new", `customers/${id}`, `customers/${id}/edit`, "ask", "insights", "transfer"];
    for (const hash of [...screens.map(company.hash), "#/companies", "#/admin"]) {
      await open(hash);
      await page.waitForFunction(() => !document.querySelector("main [aria-busy=true]"));
      // A text that is not there shows as its key, such as `customers.title`.
      const text = await page.locator("body").innerText();
      assert.doesNotMatch(text, /\b(app|nav|customers?|form|page|ask|insights|transfer|admin|sign-in|mishap|field|category|advisory)\.[a-z]+(-[a-z]+)*\b(?!@)/, hash);
    }
  });
}
