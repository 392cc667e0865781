// Verdicts as the officer sees them: colour, shape and word; then the person; then what comes next.

import { dayText, type Sentence, type Verdict } from "../verifier/src/index";
import type { Person, Refusal, Result } from "./judge";
import type { Tone } from "./signals";
import {
  clock,
  dotted,
  NEXT_STEPS,
  OPEN_TO_ALL,
  STEPS_BY_CAUSE,
  say,
  span,
  VERDICT_WORDS,
  word,
} from "./words";

export const TONES: Record<Verdict, Tone> = {
  VALID: "good",
  EXERCISE: "exercise",
  NOT_YET_VALID: "warn",
  OUTSIDE_WINDOW: "warn",
  UNREADABLE: "warn",
  SUSPENDED: "bad",
  EXPIRED: "bad",
  REVOKED: "bad",
  UNTRUSTED: "bad",
};
/** The gravest first: several codes are shown in this order, and sound as the first. */
const GRAVITY: readonly Tone[] = ["bad", "warn", "exercise", "good"];

// A shape for each tone, so that colour is never the only sign: circle, triangle, octagon, square.
const SHAPES: Record<Tone, readonly [outline: string, sign: string]> = {
  good: ["M24 2a22 22 0 1 0 0 44 22 22 0 0 0 0-44Z", "m13 25 8 8 15-18"],
  warn: ["M24 3 46 45H2Z", "M24 17v13M24 35v4"],
  bad: ["M15 2h18l13 13v18L33 46H15L2 33V15Z", "m15 15 18 18M33 15 15 33"],
  exercise: ["M3 3h42v42H3Z", "M17 12v24h16"],
};
const SVG = "http://www.w3.org/2000/svg";

/** What was judged, and when. */
export interface Shown {
  readonly results: readonly (Result | Refusal)[];
  readonly number: number;
  readonly atMs: number;
}

export function toneOf(result: Result | Refusal): Tone {
  return "word" in result ? "warn" : TONES[result.verdict];
}

export function gravestFirst(results: readonly (Result | Refusal)[]): (Result | Refusal)[] {
  return [...results].sort((a, b) => GRAVITY.indexOf(toneOf(a)) - GRAVITY.indexOf(toneOf(b)));
}

/** The cards of what was judged. */
export function cards({ results, number, atMs }: Shown): Node[] {
  const several =
    results.length > 1 ? [element("p", "cp-several", word("severalCodes", { n: results.length }))] : [];
  const made = results.map((result) => ("word" in result ? sentenceCard(result) : card(result)));
  const when = word("checkedAt", { n: number, at: clock(atMs) });
  return [...several, ...made, element("p", "cp-when", when)];
}

function sentenceCard({ word: name, gaps }: Refusal): HTMLElement {
  const made = element("article", "cp-card cp-card--warn");
  made.append(sign("warn"), element("p", "cp-card__reason", word(name, gaps)));
  return made;
}

function card(result: Result): HTMLElement {
  const tone = TONES[result.verdict];
  const made = element("article", `cp-card cp-card--${tone}`);
  made.dataset.verdict = result.verdict;
  made.dataset.fresh = result.freshness;
  if (result.exercise) {
    made.dataset.exercise = "";
  }
  const head = element("h2", "cp-card__word");
  head.append(sign(tone), element("span", "", say(VERDICT_WORDS[result.verdict])));
  made.append(head);
  const isStale = result.freshness === "stale";
  const age = word(isStale ? "staleData" : "dataAge", { age: span(result.ageS) });
  if (isStale) {
    made.append(element("p", "cp-card__stale", age));
  }
  if (result.person) {
    made.append(personOf(result.person));
  }
  made.append(element("p", "cp-card__reason", result.reason()));
  if (result.exercise && result.verdict !== "EXERCISE") {
    made.append(element("p", "cp-card__exercise", word("exerciseMark")));
  }
  const next = element("p", "cp-card__next");
  const step = stepOf(result);
  next.append(element("strong", "", `${word("next")}: `), say(step));
  made.append(next);
  if (result.openHours.length > 0) {
    const hours = result.openHours.map((each) => each.map(dotted).join("–")).join(", ");
    made.append(element("p", "cp-card__note", word("openHours", { hours })));
  }
  if (result.note) {
    made.append(element("p", "cp-card__note", word(result.note)));
  }
  if (!isStale) {
    made.append(element("p", "cp-card__age", age));
  }
  if (result.person) {
    made.append(factsOf(result.person));
  }
  return made;
}

export function stepOf(result: Result): Sentence {
  if (result.cause === "no-ground") {
    return STEPS_BY_CAUSE[result.cause];
  }
  // What is not genuine is told to the coordinator at any hour.
  const mayPassAnyway = result.isOpenToAll && result.verdict !== "VALID" && result.verdict !== "UNTRUSTED";
  if (mayPassAnyway) {
    return OPEN_TO_ALL;
  }
  return result.cause ? STEPS_BY_CAUSE[result.cause] : NEXT_STEPS[result.verdict];
}

/** Name and last four digits, large: what is compared with the identity card. */
function personOf(person: Person): HTMLElement {
  const made = element("div", "cp-person");
  const identity = element("p", "cp-person__identity", `${word("identity")} `);
  identity.append(element("strong", "", person.identityTail));
  made.append(
    element("p", "cp-person__compare", word("compare")),
    element("p", "cp-person__name", person.name),
    identity,
  );
  return made;
}

function factsOf(person: Person): HTMLElement {
  const made = element("dl", "cp-facts");
  const fact = (name: string, value: string) =>
    made.append(element("dt", "", name), element("dd", "", value));
  fact(word("employer"), person.employer);
  const sector = [word(person.sectorClass), person.sector].filter(Boolean).join(", ");
  fact(word("sector"), sector);
  if (person.from && person.until) {
    fact(word("period"), `${say(dayText(person.from))} – ${say(dayText(person.until))}`);
  }
  if (person.serial) {
    fact(word("serial"), person.serial);
  }
  return made;
}

function sign(tone: Tone): SVGElement {
  const drawn = document.createElementNS(SVG, "svg");
  drawn.setAttribute("viewBox", "0 0 48 48");
  drawn.setAttribute("aria-hidden", "true");
  drawn.classList.add("cp-sign");
  SHAPES[tone].forEach((path, at) => {
    const part = document.createElementNS(SVG, "path");
    part.setAttribute("d", path);
    part.classList.add(at === 0 ? "cp-sign__outline" : "cp-sign__sign");
    drawn.append(part);
  });
  return drawn;
}

export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  className: string,
  text = "",
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  if (className) {
    made.className = className;
  }
  made.textContent = text;
  return made;
}
