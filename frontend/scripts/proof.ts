// Solves the challenge of the page and sends the form, which then brings a ticket. Without this file
// the form's button brings one too, out of a smaller share.

/// <reference types="vite/client" />
import { solveChallengeWorkers } from "altcha/lib";
import type { Challenge } from "altcha/types";
import Solver from "altcha/workers/pbkdf2?worker";

const MOST_WORKERS = 4;

const form = document.querySelector<HTMLFormElement>("#proof");
const progress = document.querySelector<HTMLElement>("#progress");
const otherWay = document.querySelector<HTMLElement>("#other-way");
if (form && progress && otherWay) void calculate(form, progress, otherWay);

async function calculate(form: HTMLFormElement, progress: HTMLElement, otherWay: HTMLElement): Promise<void> {
  otherWay.hidden = true;
  progress.textContent = progress.dataset.working ?? "";
  const proof = await solve(JSON.parse(form.dataset.challenge ?? "") as Challenge);
  if (proof === null) {
    progress.textContent = progress.dataset.failed ?? "";
    otherWay.hidden = false;
    return;
  }
  form.querySelector<HTMLInputElement>("[name=proof]")!.value = proof;
  form.submit();
}

async function solve(challenge: Challenge): Promise<string | null> {
  // Without cookies the ticket would be lost at once, and the calculation asked for again.
  if (!navigator.cookieEnabled) return null;
  try {
    const solution = await solveChallengeWorkers({
      challenge,
      createWorker: () => new Solver(),
      concurrency: Math.min(navigator.hardwareConcurrency || 2, MOST_WORKERS),
    });
    return solution && btoa(JSON.stringify({ challenge, solution }));
  } catch {
    return null;
  }
}
