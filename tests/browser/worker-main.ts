import { Usher } from "@usher/client";
import { run } from "./page.ts";

run((word) => postMessage(word), Usher);
