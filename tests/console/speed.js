// Prints how soon the first page is there with an empty cache, and what the files weigh. It judges
// nothing: a busy machine is slow.

import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { launch } from "./browser.js";
import { url } from "./registry.js";

const ROUNDS = 7;
/** The sources, seen from target/console, where this runs. */
const WEB = fileURLToPath(new URL("../../src/console/web", import.meta.url));

/** Milliseconds until something is painted, and until the token can be typed. */
async function firstPage(browser) {
  const context = await browser.newContext();
  const page = await context.newPage();
  let bytes = 0;
  page.on("requestfinished", async (request) => {
    const { responseBodySize } = await request.sizes();
    bytes += responseBodySize;
  });
  await page.goto(url, { waitUntil: "commit" });
  await page.getByRole("textbox").first().waitFor();
  const [painted, usable] = await page.evaluate(async () => {
    const usable = performance.now();
    const entry = () => performance.getEntriesByName("first-contentful-paint")[0];
    while (!entry()) await new Promise(requestAnimationFrame);
    return [entry().startTime, usable];
  });
  await page.waitForLoadState("networkidle");
  await context.close();
  return { painted, usable, bytes };
}

function median(numbers) {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)];
}

async function weight() {
  const names = await readdir(WEB, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile());
  const contents = await Promise.all(files.map((entry) => readFile(join(entry.parentPath ?? entry.path, entry.name))));
  const sum = (numbers) => numbers.reduce((one, other) => one + other, 0);
  const packed = sum(contents.map((bytes) => gzipSync(bytes, { level: 9 }).length));
  return { files: files.length, plain: sum(contents.map((bytes) => bytes.length)), packed };
}

const browser = await launch();
const rounds = [];
for (let round = 0; round < ROUNDS; round += 1) rounds.push(await firstPage(browser));
await browser.close();
const of = (name) => Math.round(median(rounds.map((round) => round[name])));
const { files, plain, packed } = await weight();
console.log(`first paint ${of("painted")} ms, token can be typed ${of("usable")} ms (median of ${ROUNDS}, empty cache)`);
console.log(`the first page is ${of("bytes")} bytes on the wire`);
console.log(`all ${files} files are ${plain} bytes, packed ${packed}`);
