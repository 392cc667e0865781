// What the officer is told to do next, and in which order several codes are shown.

import { expect, test } from "vitest";
import type { Result } from "./judge";
import { gravestFirst, stepOf } from "./view";
import { NEXT_STEPS, OPEN_TO_ALL, STEPS_BY_CAUSE } from "./words";

function result(verdict: Result["verdict"], changes: Partial<Result> = {}): Result {
  return {
    verdict,
    freshness: "fresh",
    ageS: 0,
    exercise: false,
    cause: null,
    isOpenToAll: false,
    openHours: [],
    reason: () => "",
    note: null,
    person: null,
    ...changes,
  };
}

test("each verdict has a next step", () => {
  expect(stepOf(result("VALID"))).toBe(NEXT_STEPS.VALID);
  expect(stepOf(result("EXPIRED"))).toBe(NEXT_STEPS.EXPIRED);
});

test("who lacks the ground for a verdict does not send anyone back", () => {
  const noGround = STEPS_BY_CAUSE["no-ground"];
  expect(stepOf(result("UNTRUSTED", { cause: "no-ground" }))).toBe(noGround);
  expect(stepOf(result("UNTRUSTED", { cause: "no-ground", isOpenToAll: true }))).toBe(noGround);
});

test("a code of something else is not to be scanned once more", () => {
  expect(stepOf(result("UNREADABLE", { cause: "another-code" }))).toBe(STEPS_BY_CAUSE["another-code"]);
  expect(stepOf(result("UNREADABLE"))).toBe(NEXT_STEPS.UNREADABLE);
});

test("where everyone passes nobody turns round, but what is forged is told", () => {
  expect(stepOf(result("EXPIRED", { isOpenToAll: true }))).toBe(OPEN_TO_ALL);
  expect(stepOf(result("VALID", { isOpenToAll: true }))).toBe(NEXT_STEPS.VALID);
  expect(stepOf(result("UNTRUSTED", { isOpenToAll: true }))).toBe(NEXT_STEPS.UNTRUSTED);
});

test("the gravest of several comes first", () => {
  const shown = gravestFirst([result("VALID"), { word: "noCode" }, result("REVOKED"), result("EXERCISE")]);
  expect(shown.map((each) => ("word" in each ? each.word : each.verdict))).toEqual([
    "REVOKED",
    "noCode",
    "EXERCISE",
    "VALID",
  ]);
});
