// Codes that are held before the camera: each is judged once, until it comes back.

import { expect, test } from "vitest";
import { HeldCodes } from "./held";

test("a code that is held still is judged once", () => {
  const held = new HeldCodes();
  expect(held.toJudge(["A"], 0)).toEqual(["A"]);
  for (let at = 100; at < 60_000; at += 100) {
    expect(held.toJudge(["A"], at)).toEqual([]);
  }
});

test("a code that flickers is not judged again", () => {
  const held = new HeldCodes();
  held.toJudge(["A"], 0);
  held.toJudge([], 500);
  expect(held.toJudge(["A"], 2_500)).toEqual([]);
});

test("a code that was away is judged again", () => {
  const held = new HeldCodes();
  held.toJudge(["A"], 0);
  expect(held.toJudge(["A"], 4_000)).toEqual(["A"]);
});

test("the next code is judged at once", () => {
  const held = new HeldCodes();
  held.toJudge(["A"], 0);
  expect(held.toJudge(["B"], 100)).toEqual(["B"]);
  expect(held.toJudge(["A"], 200)).toEqual([]);
});

test("codes that are there together are shown together, once", () => {
  const held = new HeldCodes();
  held.toJudge(["A"], 0);
  expect(held.toJudge(["A", "B"], 100)).toEqual(["A", "B"]);
  expect(held.toJudge(["B"], 200)).toEqual([]);
  expect(held.toJudge(["B", "A"], 300)).toEqual([]);
});

test("it remembers no more than what was seen lately", () => {
  const held = new HeldCodes();
  for (let at = 0; at < 10_000; at++) {
    held.toJudge([`code ${at}`], at * 10);
  }
  expect((held as unknown as { lastSeen: Map<string, number> }).lastSeen.size).toBeLessThan(400);
});
