// Who passes a kind of checkpoint without a certificate, and which documents count, as a list with drawings.

import {
  type Document,
  type Group,
  ruleAt,
  type Sentence,
  type ShownNow,
  shownAt,
  type TrustBundle,
} from "../verifier/src/index";
import { element } from "./view";
import { say, word } from "./words";

// Drawings of no one's card or letter: what kind of thing it is, and nothing more.
const CARD = "M3 9h42v30H3ZM8 15h11v14H8ZM24 17h16M24 23h16M24 29h11M8 34h32";
const LETTER = "M10 3h28v42H10ZM15 11h18M15 18h18M15 24h18M15 30h10M29 34a4 4 0 1 0 .1 0";
const MARKS: Readonly<Record<string, string>> = {
  "staff-card": CARD,
  "service-card": `${CARD}M13 19v6M10 22h7`,
  "health-card": `${CARD}M13 17v10M9 22h9`,
  "assignment-letter": LETTER,
  "local-government-letter": `${LETTER}M20 6h8`,
  "vaccination-certificate": `${LETTER}M17 38h6M20 35v6`,
  "vaccination-invitation": `${LETTER}M15 38h8`,
};
const SVG = "http://www.w3.org/2000/svg";

/** The lists of a kind of checkpoint at a moment; none where its rule names nothing. */
export function guideOf(trust: TrustBundle, kind: string | null, atMs: number): Node[] {
  const rule = ruleAt(trust.checkpoints, kind, atMs, trust.holidays);
  if (!rule) {
    return [];
  }
  const now = shownAt(rule, atMs);
  const form = rule.form === "printed" ? [element("p", "cp-guide__form", word("printed"))] : [];
  return [...form, ...listsOf(trust, now)];
}

function listsOf(trust: TrustBundle, now: ShownNow): Node[] {
  return (["without", "instead", "also"] as const).flatMap((name) => {
    const known: readonly (Group | Document)[] = name === "without" ? trust.groups : trust.documents;
    const items = now[name].flatMap((code) => known.filter((each) => each.code === code).slice(0, 1));
    if (items.length === 0) {
      return [];
    }
    const list = element("ul", "cp-guide__list");
    list.append(...items.map(itemOf));
    return [element("h3", "cp-guide__head", word(name)), list];
  });
}

function itemOf(item: Group | Document): HTMLElement {
  const made = element("li", "");
  const drawing = MARKS[item.picture];
  if (drawing) {
    made.append(drawn(drawing));
  }
  const text = element("div", "");
  text.append(element("strong", "", say(item.name)));
  const show = "show" in item ? item.show : null;
  for (const line of [show, item.looks].filter((each): each is Sentence => each !== null)) {
    text.append(element("p", "", say(line)));
  }
  text.append(element("p", "cp-guide__cite", item.citation));
  made.append(text);
  return made;
}

function drawn(path: string): SVGElement {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 48 48");
  drawing.setAttribute("aria-hidden", "true");
  drawing.classList.add("cp-guide__drawing");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  drawing.append(line);
  return drawing;
}
