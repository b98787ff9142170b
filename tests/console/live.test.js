// What others do is seen as it happens.

import { scenario } from "./scenario.js";

const live = (page) => page.getByText("live", { exact: true }).waitFor();

scenario("what a second client creates, changes and deletes is seen in the table at once", async ({ page, open, company }) => {
  const maria = await company.create();
  await open(company.hash("customers"));
  await page.getByRole("link", { name: "Maria Rossi" }).waitFor();
  await live(page);
  const paolo = await company.create({ "first-name": "Paolo", "last-name": "Greco" });
  await page.getByRole("link", { name: "Paolo Greco" }).waitFor();
  await page.getByText("2 in all").waitFor();
  await company.change(maria.id, { "last-name": "Bianchi" });
  await page.getByRole("link", { name: "Maria Bianchi" }).waitFor();
  await company.remove(paolo.id);
  await page.getByRole("link", { name: "Paolo Greco" }).waitFor({ state: "detached" });
  await page.getByText("1 in all").waitFor();
});

scenario("two people see each other's work", async ({ page, open, another, company }) => {
  await company.create();
  const other = await another();
  await open(company.hash("customers"));
  await live(page);
  await other.open(company.hash("customers/new"));
  for (const [label, value] of [["First name", "Elena"], ["Last name", "Marino"], ["Email", "elena.marino@example.it"], ["VAT number", "IT12345678903"]]) {
    await other.page.getByLabel(label, { exact: true }).fill(value);
  }
  await other.page.getByRole("button", { name: "Create customer" }).click();
  await page.getByRole("link", { name: "Elena Marino" }).waitFor();
});
