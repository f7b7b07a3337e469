import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { findBeside } from "../../tools/beside.js";
import { bundle } from "../support/bundle.ts";

/** Runs a script of this folder in workerd until the test ends. @returns asks it */
export async function openWorker(file: string): Promise<(url: string, init?: RequestInit) => Promise<Response>> {
  const { Miniflare } = await import(findBeside("miniflare"));
  const script = await bundle(fileURLToPath(new URL(file, import.meta.url)));
  const workers = new Miniflare({ modules: true, script, compatibilityDate: "2024-01-01" });
  onTestFinished(() => workers.dispose());
  return (url, init) => workers.dispatchFetch(url, init);
}
