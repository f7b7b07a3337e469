import type { Client } from "./client.ts";
import type { Model } from "./model.ts";
import type { AppServer } from "./signed.ts";

const isPresence = (channel: string): boolean => channel.startsWith("presence-");

/** Says how the answers of a node differ from the model. */
export async function nodeDiffers(
  port: number,
  app: AppServer,
  model: Model,
  names: readonly string[],
): Promise<string | undefined> {
  const occupied = model.channels();
  const count = (channel: string) => ({ user_count: model.members(channel).length });
  const plain = Object.fromEntries(occupied.map((channel) => [channel, {}]));
  const counted = Object.fromEntries(occupied.filter(isPresence).map((channel) => [channel, count(channel)]));
  const questions: [path: string, params: Record<string, string>, right: object][] = [
    ["/channels", {}, { channels: plain }],
    ["/channels", { filter_by_prefix: "presence-", info: "user_count" }, { channels: counted }],
  ];
  for (const name of names) {
    const is = { occupied: occupied.includes(name), subscription_count: model.in(name).length };
    if (!isPresence(name)) questions.push([`/channels/${name}`, { info: "subscription_count" }, is]);
    if (!isPresence(name)) continue;
    questions.push([`/channels/${name}`, { info: "user_count,subscription_count" }, { ...is, ...count(name) }]);
    questions.push([`/channels/${name}/users`, {}, { users: model.members(name).map((id) => ({ id })) }]);
  }
  for (const [path, params, right] of questions) {
    const { status, body } = await app.ask(port, path, params);
    if (status !== 200 || sorted(body) !== sorted(right))
      return `GET ${path} is ${status} ${sorted(body)}, should be ${sorted(right)}`;
  }
  return undefined;
}

/** Says how what a client believes differs from the model. */
export function clientDiffers(client: Client, model: Model): string | undefined {
  if (!client.open) return undefined;
  const { channels } = client.connection;
  const rooms = [...client.views.rooms.keys()].sort();
  if (`${rooms}` !== `${[...channels.keys()].sort()}`)
    return `${client.name} is in [${rooms}], should be in [${[...channels.keys()]}]`;
  for (const channel of rooms.filter(isPresence)) {
    const [seen, right] = [[...(client.views.rooms.get(channel) ?? [])].sort(), model.members(channel)];
    if (`${seen}` !== `${right}`) return `${client.name} sees [${seen}] in ${channel}, should see [${right}]`;
  }
  return undefined;
}

/** Says how what a client believes of the users that it watches differs from the model. */
export function watcherDiffers(client: Client, model: Model): string | undefined {
  if (!client.open || client.connection.user === undefined) return undefined;
  const right = [...client.connection.watchlist].sort().map((user) => `${user} ${model.online(user)}`);
  const seen = [...client.views.online].map(([user, online]) => `${user} ${online}`).sort();
  return `${seen}` === `${right}` ? undefined : `${client.name} believes [${seen}], should believe [${right}]`;
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_, one) => {
    if (Array.isArray(one)) return one.map((part) => JSON.stringify(part)).sort();
    if (typeof one !== "object" || one === null) return one;
    return Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
