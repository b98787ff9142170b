// Texts: each in both languages, none asked for that is not there, none there that nothing asks for,
// and each brought along by whatever shows it.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const WEB = fileURLToPath(new URL("../../src/console/web/", import.meta.url));
const paths = (await readdir(WEB, { recursive: true })).filter((path) => path.endsWith(".js"));
const sources = new Map(await Promise.all(paths.map(async (path) => [path, await readFile(join(WEB, path), "utf8")])));
const isText = (path) => path.startsWith("text/");
const texts = new Map();
for (const path of paths.filter(isText)) {
  const { default: languages } = await import(new URL(`../../src/console/web/${path}`, import.meta.url));
  if (languages?.en && languages?.it) texts.set(path, languages);
}

/** The keys that a module names as they are, with what a plural form ends in left out. */
function keysIn(source) {
  return [...source.matchAll(/\b(?:t|phrase)\(\s*'([a-z][\w.-]*)'/g)].map(([, key]) => key);
}

const has = (language, key) => key in language || `${key}.other` in language;

/** All modules that are there once `path` is: what it imports, and what these import. */
function closure(path, found = new Set()) {
  if (found.has(path)) return found;
  found.add(path);
  for (const [, other] of (sources.get(path) ?? "").matchAll(/^import [^;]*?'(\.[^']+)'/gm)) {
    closure(normalize(join(dirname(path), other)), found);
  }
  return found;
}

/** Where a screen begins: the frame, and what it loads when it is first asked for. */
const loaded = sources.get("app.js").matchAll(/\bimport\('\.\/([^']+)'\)/g);
const entries = ["app.js", ...[...loaded].map(([, path]) => path)].filter((path) => sources.has(path));

// A short form is for where the long one is too long, which it may be in one language only; and what the
// service says in English is there in Italian only.
const wanted = (language) => {
  const keys = Object.keys(language).filter((key) => !key.includes("-short."));
  return [...new Set(keys.map((key) => key.replace(/\.(one|other)$/, "")))].sort();
};

test("each text is there in both languages", () => {
  for (const [path, { en, it }] of texts) {
    assert.deepEqual(wanted(en).filter((key) => !wanted(it).includes(key)), [], path);
  }
});

test("values stand in both languages alike", () => {
  const values = (text) => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))].sort();
  for (const { en, it } of texts.values()) {
    const text = (language, key) => language[key] ?? language[`${key}.other`];
    for (const key of wanted(en)) assert.deepEqual(values(text(it, key)), values(text(en, key)), key);
  }
});

test("what a screen shows is brought along by it or by the frame", () => {
  const always = closure("app.js");
  for (const entry of entries) {
    const modules = new Set([...always, ...closure(entry)]);
    const there = [...texts].filter(([path]) => modules.has(path)).map(([, languages]) => languages.en);
    const asked = [...modules].flatMap((path) => keysIn(sources.get(path) ?? ""));
    assert.deepEqual(asked.filter((key) => !there.some((language) => has(language, key))), [], entry);
  }
});
