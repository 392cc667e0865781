// The main job of an employer's program, with a client by @hey-api/openapi-ts.
import { readFile } from "node:fs/promises";
import { createClient } from "./hey/client/index.js";
import {
  fileApplication,
  getApplication,
  getCertificate,
  getCertificatePdf,
  getCertificatesZip,
  getWorkers,
  takeTicket,
  verifyCertificate,
} from "./hey/sdk.gen.js";
import type { RosterIn } from "./hey/types.gen.js";

const [baseUrl, key, nib, rosterFile, workersFile] = process.argv.slice(2) as string[];
const client = createClient({ baseUrl, auth: key });
const anyone = createClient({ baseUrl });
const told: Record<string, unknown> = {};

function got<Data>(answer: { data?: Data; error?: unknown }): NonNullable<Data> {
  if (answer.data === undefined || answer.data === null) {
    throw new Error(JSON.stringify(answer.error));
  }
  return answer.data;
}

const workers = JSON.parse(await readFile(workersFile, "utf8"));
const headers = { "Idempotency-Key": crypto.randomUUID() };
const filed = got(await fileApplication({ client, headers, body: { nib, workers } }));
told.json_rows = filed.ledger.rows;

const file = new Blob([new Uint8Array(await readFile(rosterFile))]);
const sheet = got(
  await fileApplication({
    client,
    query: { nib },
    body: file as unknown as RosterIn,
    bodySerializer: null,
    headers: { "Content-Type": "application/octet-stream" } as Record<string, string>,
  }),
);
told.sheet_rows = sheet.ledger.rows;

const path = { application_id: filed.application_id };
let serials: string[] = [];
let pages = 0;
for (let tries = 0; tries < 600; tries++) {
  const state = got(await getApplication({ client, path }));
  told.state = state.state;
  [serials, pages] = [[], 0];
  let after: number | null = 0;
  while (after !== null) {
    const query: { after: number; limit: number } = { after, limit: 2 };
    const page = got(await getWorkers({ client, path, query }));
    serials.push(...page.items.flatMap((worker) => worker.serial ?? []));
    after = page.next;
    pages += 1;
  }
  if (state.state === "decided" && serials.length === filed.ledger.accepted) break;
  await new Promise((done) => setTimeout(done, 100));
}
told.pages = pages;
if (serials.length === 0) throw new Error(JSON.stringify({ ...told, ledger: filed.ledger }));
const serial = serials[0];

const pdf = got(await getCertificatePdf({ client, path: { serial }, parseAs: "blob" }));
told.pdf = await (pdf as Blob).slice(0, 5).text();
const zip = got(await getCertificatesZip({ client, path, parseAs: "blob" }));
told.zip = await (zip as Blob).slice(0, 2).text();

const certificate = got(await getCertificate({ client, path: { serial } }));
const checked = got(
  await verifyCertificate({ client: anyone, body: { text: certificate.text } }),
);
told.verdict = checked.verdict;
const ticket = got(await takeTicket({ client: anyone, body: { lane: "employers" } }));
told.lane = ticket.lane;
const refused = await getApplication({ client: anyone, path });
told.refused = refused.error?.code;
console.log(JSON.stringify(told));
