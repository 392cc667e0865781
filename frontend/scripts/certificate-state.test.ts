import { expect, test } from "vitest";

import { stateOf } from "./certificate-state.ts";

const CHECKED = "2021-07-20T08:00:00+00:00";
const ENDS = "2021-07-21T00:00:00+07:00";
const at = (text: string) => Date.parse(text);

test("a card that was checked just now is neither old nor over", () => {
  expect(stateOf(CHECKED, ENDS, at("2021-07-20T08:01:00Z"))).toEqual({ isOld: false, isOver: false });
});

test("a card that was checked some minutes ago is old", () => {
  expect(stateOf(CHECKED, ENDS, at("2021-07-20T08:05:00Z")).isOld).toBe(true);
});

test("a card is over with the first moment after its last day in Jakarta", () => {
  expect(stateOf(CHECKED, ENDS, at("2021-07-20T16:59:59Z")).isOver).toBe(false);
  expect(stateOf(CHECKED, ENDS, at("2021-07-20T17:00:00Z")).isOver).toBe(true);
});

test("a clock that is behind the check does not make a card younger", () => {
  expect(stateOf("2021-07-20T17:30:00Z", ENDS, at("2021-07-19T00:00:00Z")).isOver).toBe(true);
});

test("a card without moments says nothing about them", () => {
  expect(stateOf(undefined, undefined, at("2021-07-20T08:05:00Z"))).toEqual({ isOld: false, isOver: false });
});
