import type { Told } from "./backend.ts";
import type { Model } from "./model.ts";

const comings = new Map([
  ["channel_occupied", true],
  ["channel_vacated", false],
  ["member_added", true],
  ["member_removed", false],
]);

/** Who dies so soon after a webhook may not have noted that it was received; milliseconds. */
const middle = 500;

/** What a backend that believes its webhooks believes, and what it was told that cannot be. @param deaths when nodes died or stood still */
export function believed(
  told: readonly Told[],
  deaths: readonly number[],
): { keys: Map<string, boolean>; faults: string[] } {
  const keys = new Map<string, boolean>();
  const faults: string[] = [];
  const ids = new Map<string, number>();
  for (const { id, at, name, channel, user_id } of told) {
    const key = user_id === undefined ? channel : `${channel} ${user_id}`;
    const first = ids.get(id);
    const inTheMiddle = deaths.some((death) => first !== undefined && first > death - middle && at > death);
    if (first !== undefined && !inTheMiddle) faults.push(`the webhook ${name} ${key} came twice with the id ${id}`);
    if (first !== undefined) continue;
    ids.set(id, at);
    const there = comings.get(name);
    if (there === undefined) faults.push(`the webhook ${name} ${key} is not expected`);
    else if ((keys.get(key) ?? false) === there)
      faults.push(`the webhook ${name} ${key} is no news: ${there ? "it came before" : "it was not there"}`);
    keys.set(key, there === true);
  }
  return { keys, faults };
}

/** Says how what a backend believes differs from what is. */
export function differs(keys: ReadonlyMap<string, boolean>, model: Model): string | undefined {
  const is = model
    .channels()
    .flatMap((channel) => [channel, ...model.members(channel).map((user) => `${channel} ${user}`)]);
  const told = [...keys].flatMap(([key, there]) => (there ? [key] : []));
  const lacks = is.filter((key) => !told.includes(key));
  const has = told.filter((key) => !is.includes(key));
  if (lacks.length + has.length === 0) return undefined;
  return `webhooks never told of the coming of [${lacks}] and the going of [${has}]`;
}
