// What somebody typed into a form whose session had ended: kept in this tab, for them alone, until
// they have signed in again. Loaded on every page of those who are signed in, and on the sign-in.
// Without this script the sign-in says that the form did not go out.

const KEY = "strp-kept-text";
const KEPT_MS = 30 * 60_000;
const MOST_CHARACTERS = 100_000;

interface Kept {
  reader: string;
  action: string;
  fields: [name: string, value: string][];
  at: number;
  isUnsent: boolean;
}

type Field = HTMLInputElement | HTMLTextAreaElement;

const reader = document.body.dataset.reader;
const kept = read();

if (document.querySelector("[data-unsent]")) {
  if (kept) {
    write({ ...kept, isUnsent: true });
    const note = document.querySelector<HTMLElement>("#text-is-kept");
    if (note) note.hidden = false;
  }
} else if (kept && reader) {
  // Whatever else was shown after the form is its answer; and another reader gets nothing of it.
  const counts = kept.isUnsent && kept.reader === reader && Date.now() - kept.at < KEPT_MS;
  if (!counts || restore(kept)) write(null);
}
document.addEventListener("submit", (event) => keep(event.target as HTMLFormElement));

function keep(form: HTMLFormElement): void {
  if (!reader || form.method !== "post") return;
  const fields = textFields(form)
    .filter((field) => field.value !== field.defaultValue)
    .map((field): [string, string] => [field.name, field.value]);
  const length = fields.reduce((sum, [, value]) => sum + value.length, 0);
  const isKept = fields.length > 0 && length <= MOST_CHARACTERS;
  write(isKept ? { reader, action: form.action, fields, at: Date.now(), isUnsent: false } : null);
}

function restore(found: Kept): boolean {
  const form = [...document.forms].find((each) => each.method === "post" && each.action === found.action);
  if (!form) return false;
  const fields = textFields(form);
  for (const [name, value] of found.fields) {
    const field = fields.find((each) => each.name === name);
    if (field) field.value = value;
  }
  for (let part = form.parentElement; part; part = part.parentElement) {
    if (part instanceof HTMLDetailsElement) part.open = true;
  }
  const note = document.querySelector<HTMLElement>("#kept-text");
  if (note) {
    form.before(note);
    note.hidden = false;
  }
  return true;
}

function textFields(form: HTMLFormElement): Field[] {
  return [...form.elements].filter(
    (each): each is Field =>
      each instanceof HTMLTextAreaElement ||
      (each instanceof HTMLInputElement && each.type === "text" && each.autocomplete !== "one-time-code"),
  );
}

function read(): Kept | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "null") as Kept | null;
  } catch {
    return null;
  }
}

function write(now: Kept | null): void {
  try {
    if (now) sessionStorage.setItem(KEY, JSON.stringify(now));
    else sessionStorage.removeItem(KEY);
  } catch {
    // A browser that keeps nothing: the sign-in says that the form did not go out.
  }
}
