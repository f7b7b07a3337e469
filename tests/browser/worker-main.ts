import { run } from "./page.ts";

run((word) => postMessage(word));
