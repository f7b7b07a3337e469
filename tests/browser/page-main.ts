import { Usher } from "@usher/client";
import { run } from "./page.ts";

/** The test's ear in the page. */
declare const heard: (word: string) => void;

run(heard, Usher);
