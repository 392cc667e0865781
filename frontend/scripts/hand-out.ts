// On each worker's line: copy the private link, or share it by whatever the phone has. Without this
// file the line has the link itself, and a chat where a phone number was filed. Nothing is sent here.

const SAID = "#hand-out-said";

export function offerHandOut(): void {
  const words = document.querySelector<HTMLElement>(SAID)?.dataset as
    | Record<"copy" | "share" | "copied" | "notCopied", string>
    | undefined;
  if (!words) {
    return;
  }
  for (const list of document.querySelectorAll<HTMLElement>(".strp-hand-out:not([data-offered])")) {
    const { link = "", text = "", name = "" } = list.dataset;
    list.dataset.offered = "";
    if ("share" in navigator) {
      list.append(button(words.share, name, () => void share(text)));
    }
    list.append(button(words.copy, name, () => void copy(link, name, words)));
  }
}

function button(word: string, name: string, act: () => void): HTMLLIElement {
  const item = document.createElement("li");
  const made = document.createElement("button");
  const whose = document.createElement("span");
  whose.className = "govuk-visually-hidden";
  whose.textContent = ` ${name}`;
  made.type = "button";
  made.className = "strp-hand-out__button";
  made.append(word, whose);
  made.addEventListener("click", act);
  item.append(made);
  return item;
}

async function share(text: string): Promise<void> {
  // Whoever closes the sheet without choosing has changed their mind; that is no error.
  await navigator.share({ text }).catch(() => undefined);
}

async function copy(
  link: string,
  name: string,
  words: Record<"copied" | "notCopied", string>,
): Promise<void> {
  const said = document.querySelector<HTMLElement>(SAID)!;
  try {
    await navigator.clipboard.writeText(link);
    said.textContent = `${words.copied} ${name}`;
  } catch {
    said.textContent = words.notCopied;
  }
}
