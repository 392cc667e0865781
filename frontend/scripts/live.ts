// Keeps the live view up to date by server-sent events, and draws its bars with uPlot. Without this
// the page loads itself anew and shows the same bars, drawn by the server.

import uPlot from "uplot";

const box = document.querySelector<HTMLElement>("#live");
const state = document.querySelector<HTMLElement>("#live-state");
const AGAIN_MS = 10_000;
const HEIGHT = 180;
// Things are counted in whole numbers.
const STEPS = [...Array(9).keys()].flatMap((n) => [1, 2, 5].map((first) => first * 10 ** n));
const COLOUR = "#0f4c5c";

const number = new Intl.NumberFormat(document.documentElement.lang);

let plots: uPlot[] = [];

function sizeIn(place: HTMLElement | null): { width: number; height: number } {
  return { width: Math.max(220, place?.clientWidth ?? 0), height: HEIGHT };
}

/** Draw the bars of one figure over the hours in place of the server's drawing. */
function draw(figure: HTMLElement): void {
  const values = (figure.dataset.values ?? "").split(" ").map(Number);
  const drawn = figure.querySelector("svg");
  if (!drawn) return;
  const place = document.createElement("div");
  place.setAttribute("role", "img");
  place.setAttribute("aria-label", figure.dataset.title ?? "");
  drawn.replaceWith(place);
  const bars = uPlot.paths.bars?.({ size: [0.8, 100] });
  const plot = new uPlot(
    {
      ...sizeIn(place),
      cursor: { y: false },
      scales: { x: { time: false }, y: { range: (_, __, most) => [0, Math.max(1, most)] } },
      axes: [
        { values: (_, hours) => hours.map((hour) => String(hour).padStart(2, "0")) },
        { size: 70, incrs: STEPS, values: (_, marks) => marks.map((mark) => number.format(mark)) },
      ],
      series: [
        { label: "" },
        { label: figure.dataset.title, stroke: COLOUR, fill: COLOUR, paths: bars, points: { show: false } },
      ],
      legend: { show: false },
    },
    [values.map((_, hour) => hour), values],
    place,
  );
  plots.push(plot);
}

function drawAll(): void {
  for (const plot of plots) plot.destroy();
  plots = [];
  box?.querySelectorAll<HTMLElement>("[data-plot]").forEach(draw);
}

/** Put new figures in, and leave open what the reader has opened. */
function show(text: string): void {
  if (!box) return;
  const open = [...box.querySelectorAll("details[open]")].map((each) => each.getAttribute("data-keep"));
  const focused = document.activeElement?.closest("details")?.getAttribute("data-keep");
  box.replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.childNodes);
  for (const name of open) box.querySelector(`[data-keep="${name}"]`)?.setAttribute("open", "");
  if (focused) box.querySelector<HTMLElement>(`[data-keep="${focused}"] summary`)?.focus();
  drawAll();
}

function listen(address: string): void {
  const events = new EventSource(address);
  events.onmessage = (event: MessageEvent<string>) => {
    if (state) state.textContent = "";
    show(event.data);
  };
  // An answer that ends is how each event comes; one that fails ends the source for good.
  events.onerror = () => {
    if (events.readyState !== EventSource.CLOSED) return;
    if (state) state.textContent = state.dataset.lost ?? "";
    setTimeout(() => listen(address), AGAIN_MS);
  };
}

drawAll();
addEventListener("resize", () => {
  for (const plot of plots) plot.setSize(sizeIn(plot.root.parentElement));
});
if (box?.dataset.events) listen(box.dataset.events);
