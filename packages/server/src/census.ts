import { ClusterAway } from "./away.ts";
import type { Core } from "./core.ts";
import type { OccupiedChannel } from "./roster/roster.ts";

/** What is asked of the whole cluster: if it cannot be asked, the answer is what this node knows, and says that it is not complete. */

type Needs = Pick<Core, "hub" | "roster">;

/** Beside an answer that is not complete. */
export interface Completeness {
  /** Not there if it is. */
  readonly complete?: false;
}

const nobody: ReadonlyMap<string, string | undefined> = new Map();
const incomplete: Completeness = { complete: false };
const complete: Completeness = {};

/** The members of a presence channel that this node knows of: those of its copy, and those who are on it. */
export function membersHere(
  { hub, roster }: Needs,
  app: string,
  channel: string,
): ReadonlyMap<string, string | undefined> {
  const copy = roster.copy(app, channel) ?? nobody;
  const missing = [...(hub.members(app, channel)?.shownBeside(copy) ?? [])];
  return missing.length === 0 ? copy : new Map([...copy, ...missing]);
}

/** The occupied channels of an app whose names begin with the prefix. */
export async function channelsOf(
  { hub, roster }: Needs,
  app: string,
  prefix: string,
): Promise<[readonly OccupiedChannel[], Completeness]> {
  try {
    return [await roster.channels(app, prefix), complete];
  } catch (error) {
    if (!(error instanceof ClusterAway)) throw error;
    return [hub.channels(app).filter(({ channel }) => channel.startsWith(prefix)), incomplete];
  }
}

/** Whether somebody is in a channel, and how many members it has. */
export async function channelOf(
  { hub, roster }: Needs,
  app: string,
  channel: string,
): Promise<[{ readonly occupied: boolean; readonly userCount: number }, Completeness]> {
  try {
    return [await roster.channel(app, channel), complete];
  } catch (error) {
    if (!(error instanceof ClusterAway)) throw error;
    const occupied = hub.subscribers(app, channel) > 0;
    return [{ occupied, userCount: membersHere({ hub, roster }, app, channel).size }, incomplete];
  }
}

/** The members of a presence channel. */
export async function membersOf(
  { hub, roster }: Needs,
  app: string,
  channel: string,
): Promise<[ReadonlyMap<string, string | undefined>, Completeness]> {
  try {
    return [await roster.members(app, channel), complete];
  } catch (error) {
    if (!(error instanceof ClusterAway)) throw error;
    return [membersHere({ hub, roster }, app, channel), incomplete];
  }
}

/** How many subscriptions a channel has. */
export async function subscriptionsOf(
  { counts, hub }: Pick<Core, "counts" | "hub">,
  app: string,
  channel: string,
): Promise<[number, Completeness]> {
  try {
    return [await counts.of(app, channel), complete];
  } catch (error) {
    if (!(error instanceof ClusterAway)) throw error;
    return [hub.subscribers(app, channel), incomplete];
  }
}
