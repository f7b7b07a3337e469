import { connections } from "./cases/connections.ts";
import type { Plays } from "./stage.ts";

const sections: readonly Plays[] = [connections];

/** Every case, as the official client plays it. */
export const cases: Plays = Object.assign({}, ...sections);
