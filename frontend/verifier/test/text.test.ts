// What a text may cost, and how its letters are counted.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { isRefusal, readTexts } from "../src/text.ts";

const VECTORS = fileURLToPath(new URL("../../../tests/vectors/certificates/vectors.json", import.meta.url));
const { certificates } = JSON.parse(readFileSync(VECTORS, "utf-8")) as {
  certificates: readonly { text: string }[];
};
const genuine = certificates[0]!.text;

test.each([" ", "\u3000", "\x1d"])("a million of %j before a letter are passed over at once", (space) => {
  const text = `${space.repeat(1_000_000)}x${space.repeat(1_000_000)}x`;

  expect(isRefusal(text)).toBe(false);
  expect([...readTexts(text)]).toEqual([]);
});

test("a letter beyond the first 65,536 counts as one, as it does for the check in Python", () => {
  const [plain] = readTexts(genuine);

  expect(plain).toBeDefined();
  expect([...readTexts("\u{e0020}".repeat(9_000) + genuine)]).toEqual([plain]);
  expect([...readTexts("\u{e0020}".repeat(1 << 14) + genuine)]).toEqual([]);
});
