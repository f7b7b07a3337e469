import { run } from "./page.ts";

/** The test's ear in the page. */
declare const heard: (word: string) => void;

run(heard);
