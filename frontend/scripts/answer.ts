// Shows the page that came in answer to a form which a script had sent, in place of this one's.
//
// Only <main> is exchanged: a document that is written anew loses what other scripts listen to, and
// runs no module a second time, so that the form on it was a plain one from then on.

//
// Who is turned away for now keeps the form and what was chosen in it: the same is sent again.

/**
 * @param html the whole page.
 * @param begin makes the forms of the new page better, as on any page.
 */
export function showAnswer(html: string, begin: (main: HTMLElement) => void): void {
  const fresh = parsed(html);
  const now = mainOf(fresh);
  document.title = fresh.title;
  document.querySelector("main")?.replaceWith(now);
  begin(now);
  // Who does not see the page hears what is wrong; who does sees it first.
  const first = now.querySelector<HTMLElement>(".govuk-error-summary") ?? now;
  first.tabIndex = -1;
  first.focus();
  window.scrollTo(0, 0);
}

/** Whether an answer says that nothing was done for now, and not what is wrong with what was sent. */
export function isTurnedAway(status: number): boolean {
  return status === 429 || status >= 500;
}

/** What a page says, without its links: shown beside a form that stays. */
export function saidBy(html: string): string {
  const said = mainOf(parsed(html)).querySelectorAll("h1, p");
  return [...said].map((each) => (each.textContent ?? "").trim().replace(/([^.:?!])$/, "$1.")).join(" ");
}

function parsed(html: string): Document {
  return new DOMParser().parseFromString(html, "text/html");
}

/** What a page is about; a proxy's own page has no <main>, and is shown whole. */
function mainOf(page: Document): HTMLElement {
  const main = page.querySelector("main");
  if (main) {
    return main;
  }
  const whole = document.createElement("main");
  whole.append(...page.body.childNodes);
  return whole;
}
