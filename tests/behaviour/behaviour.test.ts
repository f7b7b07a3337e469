import { cases } from "./behaviour.ts";
import { official, ours } from "./parties.ts";
import { perform } from "./perform.ts";

const count = Object.keys(cases).length;
perform("pusher-js 8.6", official, cases, count, count);
perform("@usher/client", ours, cases, count, count);
