import type { Usher } from "@usher/client";
import { run } from "./page.ts";

/** What the script has given the page, and the test's ear in it. */
declare const Pusher: typeof Usher;
declare const heard: (word: string) => void;

run(heard, Pusher);
