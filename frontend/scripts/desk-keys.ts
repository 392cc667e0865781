// The desk by keyboard: a key of its own for what an officer does a thousand times a day, and the
// lease kept while the page is open. All of it is on the page without this.

import { keepLease } from "./lease";

const KEPT = "strp-keys-off";

const legend = document.querySelector<HTMLElement>("#keys");
const toggle = document.querySelector<HTMLButtonElement>("#keys-off");
let off = localStorage.getItem(KEPT) === "1";

function show(): void {
  if (!legend || !toggle) return;
  legend.hidden = false;
  legend.classList.toggle("strp-keys--off", off);
  toggle.textContent = (off ? toggle.dataset.on : toggle.dataset.off) ?? "";
}

toggle?.addEventListener("click", () => {
  off = !off;
  if (off) localStorage.setItem(KEPT, "1");
  else localStorage.removeItem(KEPT);
  show();
});
show();

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  target.matches("input:not([type=radio], [type=checkbox]), textarea, select");

// Where workers are ticked the decision is for them, otherwise for all who are shown or wait.
function chooseScope(): void {
  const ticked = document.querySelector("input[name=row]:checked") !== null;
  const scopes = [...document.querySelectorAll<HTMLInputElement>("input[name=scope]")];
  const wanted = ticked ? ["ticked"] : ["group", "rest"];
  const scope = wanted.map((each) => scopes.find((one) => one.value === each)).find(Boolean);
  if (scope) scope.checked = true;
}

function press(element: HTMLElement): void {
  if (element instanceof HTMLInputElement && element.type === "radio") {
    element.click();
    chooseScope();
    const next = element.value === "APPROVE" ? "#save" : "#reason";
    document.querySelector<HTMLElement>(next)?.focus();
  } else if (element.matches("input, select, textarea")) {
    element.focus();
  } else {
    element.click();
  }
}

// What the list of reasons proposes to write to the employer; what an officer wrote stays.
const reason = document.querySelector<HTMLSelectElement>("#reason");
const remark = document.querySelector<HTMLTextAreaElement>("#remark");
let proposed = "";
reason?.addEventListener("change", () => {
  if (!remark || (remark.value !== "" && remark.value !== proposed)) return;
  proposed = reason.selectedOptions[0]?.dataset.remark ?? "";
  remark.value = proposed;
});

document.addEventListener("keydown", (event) => {
  if (off || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (isTyping(event.target)) return;
  const key = event.key.toLowerCase();
  if (!/^[a-z/]$/.test(key)) return;
  const element = document.querySelector<HTMLElement>(`[data-key="${key}"]`);
  if (!element) return;
  event.preventDefault();
  press(element);
});

keepLease();
