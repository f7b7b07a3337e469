import { cases } from "./behaviour.ts";
import { official } from "./parties.ts";
import { perform } from "./perform.ts";

perform("pusher-js 8.6", official, cases, Object.keys(cases).length);
