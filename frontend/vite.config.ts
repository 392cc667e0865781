import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** zxing-wasm names a host for its program; ours comes from STRP, and the name need not be there. */
const noOutsideHost = {
  name: "no-outside-host",
  transform: (code: string, id: string) =>
    id.includes("zxing-wasm") ? code.replace(/https:\/\/fastly\.jsdelivr\.net\/npm/g, "") : null,
};

export default defineConfig({
  base: "/static/",
  publicDir: false,
  worker: { format: "es", plugins: () => [noOutsideHost] },
  build: {
    outDir: here("../src/strp/web/static"),
    emptyOutDir: true,
    assetsDir: "",
    assetsInlineLimit: 0,
    manifest: "manifest.json",
    modulePreload: false,
    target: "es2020",
    rollupOptions: {
      input: {
        mark: here("images/mark.svg"),
        site: here("styles/site.scss"),
        desk: here("styles/desk.scss"),
        upload: here("scripts/upload.ts"),
        evidence: here("scripts/evidence.ts"),
        filing: here("scripts/filing.ts"),
        "kept-text": here("scripts/kept-text.ts"),
        live: here("scripts/live.ts"),
        "live-style": here("styles/live.scss"),
        print: here("scripts/print.ts"),
        "desk-keys": here("scripts/desk-keys.ts"),
        waiting: here("scripts/waiting-room.ts"),
        proof: here("scripts/proof.ts"),
        passkey: here("scripts/passkey.ts"),
        certificate: here("scripts/certificate.ts"),
        offline: here("scripts/offline.ts"),
        checkpoint: here("checkpoint/main.ts"),
        "checkpoint-style": here("styles/checkpoint.scss"),
        "checkpoint-worker": here("checkpoint/service-worker.ts"),
        "checkpoint-icon-192": here("images/checkpoint-192.png"),
        "checkpoint-icon-512": here("images/checkpoint-512.png"),
      },
    },
  },
});
