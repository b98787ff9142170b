// People at browsers, of whom everything is watched that no page of ours may do.

import { chromium } from "playwright-core";

import { adminToken, url } from "./registry.js";

/** How long anything may take that a person waits for. */
const PATIENCE = 15_000;
const ARGUMENTS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 360, height: 740 };

/** Starts the browser. */
export function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM, args: ARGUMENTS });
}

/** Notes in `faults` whatever no page of ours may do. */
function watch(page, faults) {
  page.on("dialog", (dialog) => {
    faults.push(`a dialog was opened: ${dialog.message()}`);
    return dialog.dismiss();
  });
  page.on("pageerror", (error) => faults.push(`a script failed: ${error.stack ?? error}`));
  page.on("console", (message) => {
    // The browser writes a line for each answer of 400 and above, many of which are expected.
    const isFault = message.type() === "error" && !message.text().startsWith("Failed to load");
    if (isFault || /Content Security Policy/.test(message.text())) faults.push(message.text());
  });
  page.on("request", (request) => {
    const address = request.url();
    const isOurs = address.startsWith(`${url}/`) || /^(data|blob):/.test(address);
    if (!isOurs) faults.push(`the page asked another host: ${address}`);
  });
}

/** Signs in with `token`, by the form, and waits until that has led somewhere. */
export async function signIn(page, token = adminToken, { language = "en" } = {}) {
  const [title, button] = { en: ["Sign in", "Sign in"], it: ["Accesso", "Accedi"] }[language];
  await page.getByLabel("Token", { exact: true }).fill(token);
  await page.getByRole("button", { name: button, exact: true }).click();
  await page.getByRole("heading", { level: 1, name: title, exact: true }).waitFor({ state: "detached" });
}

/** Goes to a screen, and waits until it stands where the one before stood. */
async function go(page, hash) {
  const before = await page.evaluateHandle((hash) => {
    const title = location.hash === hash ? null : document.querySelector("main h1");
    location.hash = hash;
    return title;
  }, hash);
  await page.waitForFunction((before) => ![null, before].includes(document.querySelector("main h1")), before);
}

/**
 * A person at a browser: a context of its own, in which everything is watched.
 * @returns the page, its context, and `open(hash)`, which signs in first where that was not done yet
 */
export async function person(browser, faults, { language = "en", size = DESKTOP, theme = "light", token } = {}) {
  const context = await browser.newContext({
    locale: { en: "en-GB", it: "it-IT" }[language],
    timezoneId: "Europe/Rome",
    viewport: size,
    colorScheme: theme,
    reducedMotion: "reduce",
    acceptDownloads: true,
  });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  watch(page, faults);
  let isSignedIn = false;
  const open = async (hash) => {
    if (!isSignedIn) {
      await page.goto(`${url}/`);
      await signIn(page, token, { language });
      isSignedIn = true;
    }
    await go(page, hash);
    return page;
  };
  return { page, open, context };
}
