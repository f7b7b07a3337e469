import { Usher } from "@usher/client";
import { run } from "./page.ts";

interface Page {
  postMessage(word: string): void;
}

/** What service workers have of their own; the page says when it listens. */
declare const self: {
  onmessage: (event: { readonly source: Page }) => void;
};

self.onmessage = ({ source }) => run((word) => source.postMessage(word), Usher);
