// Shows the page that came in answer to a form which a script had sent, in place of this one's.
//
// Only <main> is exchanged: a document that is written anew loses what other scripts listen to, and
// runs no module a second time, so that the form on it was a plain one from then on.

/**
 * @param html the whole page.
 * @param begin makes the forms of the new page better, as on any page.
 */
export function showAnswer(html: string, begin: (main: HTMLElement) => void): void {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const [shown, now] = [document.querySelector("main"), fresh.querySelector("main")];
  if (!shown || !now) {
    return;
  }
  document.title = fresh.title;
  shown.replaceWith(now);
  begin(now);
  // Who does not see the page hears what is wrong; who does sees it first.
  const first = now.querySelector<HTMLElement>(".govuk-error-summary") ?? now;
  first.tabIndex = -1;
  first.focus();
  window.scrollTo(0, 0);
}
