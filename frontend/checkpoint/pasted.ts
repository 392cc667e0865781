// What is pasted into a field of one line, as it was copied.
//
// Such a field makes a space of each line break, and a space is a digit of base45: the text of a QR
// that a mail wrapped could not be told any more. So the breaks are kept beside what the field shows.

const LINE_BREAK = /[\r\n]/;

/** Watch a field; what it returns gives its content, with the line breaks that were pasted. */
export function keepLineBreaks(field: HTMLInputElement): () => string {
  let [copied, shown] = ["", ""];
  field.addEventListener("beforeinput", (event) => {
    const text = event.data ?? event.dataTransfer?.getData("text/plain") ?? "";
    if (!LINE_BREAK.test(text)) {
      return;
    }
    const [from, until] = [field.selectionStart ?? 0, field.selectionEnd ?? field.value.length];
    const whole = field.value.slice(0, from) + text + field.value.slice(until);
    field.addEventListener("input", () => ([copied, shown] = [whole, field.value]), { once: true });
  });
  return () => (shown !== "" && field.value === shown ? copied : field.value);
}
