import { run } from "./page.js";

run({ port: __PORT__, say: (word) => globalThis.postMessage(word) });
