import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  base: "/static/",
  publicDir: false,
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
        print: here("scripts/print.ts"),
        waiting: here("scripts/waiting-room.ts"),
        proof: here("scripts/proof.ts"),
        certificate: here("scripts/certificate.ts"),
        offline: here("scripts/offline.ts"),
      },
    },
  },
});
