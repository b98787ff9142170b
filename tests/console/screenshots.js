// Takes a picture of every screen: light and dark, on a desktop and a phone.

import { mkdir } from "node:fs/promises";

import { DESKTOP, launch, person, PHONE } from "./browser.js";
import { url } from "./registry.js";
import { allScreens } from "./screens.js";

const SIZES = { desktop: DESKTOP, phone: PHONE };

await mkdir("screenshots", { recursive: true });
const [browser, screens] = [await launch(), await allScreens()];
for (const theme of ["light", "dark"]) {
  for (const [name, size] of Object.entries(SIZES)) {
    const { page, open, context } = await person(browser, [], { theme, size });
    for (const screen of screens) {
      if (screen.hash) await open(screen.hash);
      else await page.goto(url);
      await screen.settle(page);
      await page.screenshot({ path: `screenshots/${screen.name}-${theme}-${name}.png`, fullPage: true });
    }
    await context.close();
  }
}
await browser.close();
