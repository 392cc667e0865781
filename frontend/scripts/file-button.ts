// Gives every choice of a file a button in the page's language, and says what was chosen. A browser
// writes its own button in its own language. Without this file that one is there, and works.

offerFileButtons(document);

/**
 * @param within what was put on the page just now, or the whole of it.
 */
export function offerFileButtons(within: ParentNode): void {
  for (const input of within.querySelectorAll<HTMLInputElement>(".strp-photo[data-choose]")) {
    const box = document.createElement("span");
    box.className = "strp-file";
    const button = document.createElement("span");
    button.className = "strp-file__button";
    button.textContent = input.dataset.choose!;
    button.setAttribute("aria-hidden", "true"); // the input itself is what is pressed
    const chosen = document.createElement("span");
    chosen.className = "strp-file__chosen";
    chosen.setAttribute("role", "status");
    const tell = () => {
      const file = input.files?.[0];
      chosen.textContent = file ? `${file.name}, ${size(file.size)}` : input.dataset.none!;
    };
    tell();
    input.before(box);
    box.append(button, chosen, input);
    input.addEventListener("change", tell);
  }
}

function size(bytes: number): string {
  const large = bytes >= 1_000_000;
  return new Intl.NumberFormat(document.documentElement.lang, {
    style: "unit",
    unit: large ? "megabyte" : "kilobyte",
    maximumFractionDigits: large ? 1 : 0,
  }).format(Math.max(1, bytes / (large ? 1_000_000 : 1000)));
}
