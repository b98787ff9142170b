// Every screen of the console, with something on it, for those who look at all of them.

import assert from "node:assert/strict";

import { call, customer, newCompany, tokenFor, vatNumber } from "./registry.js";
import { history } from "./sample.js";

/** Customers of the company that is looked at. */
const CUSTOMERS = 1500;

/**
 * A company with two years behind it, one without customers, and all screens over them.
 * @returns {Promise<{name: string, hash?: string, settle: (page) => Promise<unknown>}[]>} `hash` is
 * missing where nobody has signed in yet; `settle` waits until all is there
 */
export async function allScreens() {
  const [company, empty] = [newCompany(), newCompany()];
  const imported = await company.import(history(CUSTOMERS, vatNumber), "?history=true");
  assert(!imported.includes('"status":400'), imported);
  const one = await company.create({ "first-name": "GIULIA", "last-name": "VERDI", email: "giulia.verdi@gmial.com" });
  const twin = { "first-name": "Giulia", "last-name": "Verdi", email: "g.verdi@gmail.com", "vat-number": one["vat-number"] };
  await company.create(customer(twin));
  await company.change(one.id, { email: "giulia.verdi1@gmial.com" });
  await tokenFor({ name: "till-3", permissions: ["read"], product: "shop", company: company.name });
  await call("GET", "console/figures");
  const main = (page) => page.getByRole("main");
  const title = (page) => main(page).getByRole("heading", { level: 1 }).waitFor();
  const still = async (page) => {
    await title(page);
    await page.waitForFunction(() => {
      const waiting = [...document.querySelectorAll("[aria-busy=true], .skeleton")];
      return !waiting.some((node) => node.checkVisibility());
    });
  };
  return [
    { name: "sign-in", settle: title },
    { name: "companies", hash: "#/companies", settle: still },
    { name: "customers", hash: company.hash("customers"), settle: still },
    { name: "customers-none", hash: empty.hash("customers"), settle: still },
    { name: "customers-not-found", hash: company.hash("customers?q=qqqqqqqq"), settle: still },
    { name: "customer", hash: company.hash(`customers/${one.id}`), settle: still },
    { name: "customer-new", hash: company.hash("customers/new"), settle: still },
    { name: "customer-edit", hash: company.hash(`customers/${one.id}/edit`), settle: still },
    { name: "customer-gone", hash: company.hash("customers/01JD8Z3M6Q4X9T2V7B5N1C0KRE"), settle: still },
    { name: "ask", hash: company.hash("ask"), settle: still },
    { name: "insights", hash: company.hash("insights"), settle: still },
    { name: "insights-none", hash: empty.hash("insights"), settle: still },
    { name: "transfer", hash: company.hash("transfer"), settle: still },
    { name: "admin", hash: "#/admin", settle: still },
  ];
}
