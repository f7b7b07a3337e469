import { type Browser, chromium } from "playwright-core";
import { findChromium } from "../../tools/setup.js";

/** The browser of the system, without a window. Whoever opens it closes it. */
export function openBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath)
    throw new Error("There is no Chromium: npm test installs it, or set CHROMIUM to the path of one");
  const quiet = ["background-networking", "component-update", "sync", "quic", "gpu"].map((part) => `--disable-${part}`);
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--no-first-run", ...quiet] });
}
