import { cases } from "./conformance.ts";
import { clientKinds } from "./parties.ts";
import { perform } from "./perform.ts";
import { clusterKinds } from "./servers.ts";

const newest = clientKinds.filter(({ title }) => !title.endsWith("7.6"));

perform(cases, newest, 12, clusterKinds);
