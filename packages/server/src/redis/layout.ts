import type { Key, Target } from "../key.ts";

/**
 * How what the nodes share is laid out. Everything about one channel or user lies in its app's bucket, whose name is the hash tag
 * of all its keys: a script touches one slot, whatever number of servers a Redis Cluster has.
 */
export const buckets = 64;

/** In which bucket the channel or user is: FNV-1a, the same on every node. */
export function bucketOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  return (hash >>> 0) % buckets;
}

/** What every key of a bucket begins with. @param cluster its name: several share a Redis */
export function bucketPrefix(cluster: string, app: string, bucket: number): string {
  return `${cluster}:{${app}:${bucket}}:`;
}

/** What every key about the nodes themselves begins with. Ids of apps hold no brackets, so no bucket has this tag. */
export function nodesPrefix(cluster: string): string {
  return `${cluster}:{[nodes]}:`;
}

/** What holds the state of a key; members are kept with their channel. */
export function entryOf(key: Key): string {
  return key.kind === "user" ? `u:${key.userId}` : `c:${key.channel}`;
}

/** The same of where an event goes. */
export function entryOfTarget(target: Target): string {
  return "user" in target ? `u:${target.user}` : `c:${target.channel}`;
}
