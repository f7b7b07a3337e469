import type { Client } from "./client.ts";
import { memberLimit } from "./nodes.ts";
import type { Published, Wave } from "./wave.ts";

/** The code with which a user's connections are ended (4.4). */
const unauthorized = 4009;

/** Says what of a wave's outcome cannot be, and tells the model what it was where more than one was right. */
export function judge(wave: Wave): void {
  judgeClosed(wave);
  judgeSignins(wave);
  judgeEntries(wave);
  for (const published of wave.published) write(wave, published);
}

function judgeClosed(wave: Wave): void {
  const { model, everybody, fault } = wave.stage;
  for (const [user, { status, body }] of wave.ended) {
    const had = [...wave.before].flatMap(([client, { user: was }]) => (was === user ? client : []));
    for (const client of had)
      if (client.open) fault(`${client.name} is open still, the connections of ${user} were ended`);
    const nodes = new Set(had.map(({ connection }) => connection.node)).size;
    const sure =
      ![...wave.signing.values()].some((one) => one.user === user) && !had.some((one) => wave.hungUp.has(one));
    const right = {
      connections: sure ? had.length : body?.connections,
      nodes: sure ? nodes : body?.nodes,
      complete: true,
    };
    if (status !== 200 || !same(body, right))
      fault(
        `the end of ${user} was answered with ${status} ${JSON.stringify(body)}, should be ${JSON.stringify(right)}`,
      );
  }
  for (const client of everybody.filter((one) => !one.open && model.has(one.connection))) {
    model.close(client.connection);
    const user = wave.before.get(client)?.user ?? wave.signing.get(client)?.user;
    const died = wave.trouble?.dies && wave.trouble.node === client.connection.node;
    const ended = user !== undefined && wave.ended.has(user) && client.closedWith === unauthorized;
    if (!died && !ended) fault(`${client.name} was closed with ${client.closedWith}`);
  }
}

function judgeSignins(wave: Wave): void {
  const { model, fault } = wave.stage;
  const older = new Set(Array.from(wave.before.keys(), ({ connection }) => connection));
  for (const user of wave.ended.keys()) model.bar(user, older);
  for (const [client, { user, watchlist }] of wave.signing) {
    if (!model.has(client.connection)) continue;
    const barred = client.connection.barred.get(user);
    if (client.signin === "refused" && !barred) fault(`${client.name} was refused to sign in as ${user}`);
    if (client.signin !== "succeeded") continue;
    if (barred === "surely") fault(`${client.name} is signed in as ${user}, whose connections were ended before`);
    client.connection.user = user;
    client.connection.watchlist = watchlist;
  }
}

function judgeEntries(wave: Wave): void {
  const { model, fault } = wave.stage;
  const said = new Map<string, string[]>();
  const note = (channel: string, user: string, infos: Iterable<string>): void => {
    said.set(`${channel} ${user}`, [...(said.get(`${channel} ${user}`) ?? []), ...infos]);
  };
  for (const [place, infos] of wave.infos) said.set(place, [...infos]);
  for (const own of wave.entering.values())
    for (const [channel, member] of own) if (member) note(channel, member.user, [member.info]);
  for (const { channel, member } of wave.flickered) note(channel, member.user, [member.info]);
  for (const [client, own] of wave.entering) {
    if (!model.has(client.connection)) {
      for (const [channel, member] of own) if (member) model.mentioned(channel, member); // before it died, perhaps
      continue;
    }
    for (const [channel, member] of own) {
      const entry = client.entries.get(channel);
      if (entry?.entered) {
        model.enter(client.connection, channel, member);
        for (const [user, info] of entry.infos)
          if (said.has(`${channel} ${user}`) && !said.get(`${channel} ${user}`)?.includes(info))
            fault(`${client.name} sees ${user} in ${channel} as ${info}, nobody there said so`);
        continue;
      }
      model.leave(client.connection, channel);
      const full = entry?.type === "LimitReached" && wave.crowded(channel);
      if (!full) fault(`${client.name} was refused ${channel}: ${entry?.type}`);
    }
  }
  for (const { channel, member } of wave.flickered) model.mentioned(channel, member);
  for (const channel of model.channels())
    if (model.members(channel).length > memberLimit)
      fault(`${channel} has the members [${model.members(channel)}], more than ${memberLimit}`);
}

function write(wave: Wave, { number, what, to, except }: Published): void {
  const { model, everybody, ledger } = wave.stage;
  const was = (client: Client): boolean => {
    const before = wave.before.get(client);
    return before !== undefined && ("user" in to ? before.user === to.user : before.channels.has(to.channel));
  };
  const is = (client: Client): boolean => {
    const { user, channels } = client.connection;
    return "user" in to ? user === to.user : channels.has(to.channel);
  };
  const moved = (client: Client): boolean =>
    "user" in to
      ? [wave.signing.get(client)?.user, wave.visitors.get(client)].includes(to.user)
      : wave.moved.get(client)?.has(to.channel) === true;
  const others = everybody.filter((client) => client !== except);
  const may = new Set(others.filter((client) => was(client) || is(client) || moved(client)));
  const must = others.filter((client) => was(client) && is(client) && model.has(client.connection));
  const steady = must.filter((client) => "user" in to || !moved(client));
  ledger.write({ number, what, may, must: new Set(wave.trouble ? [] : steady) });
}

function same(a: unknown, b: unknown): boolean {
  const sorted = (one: unknown): string => JSON.stringify(Object.entries(one ?? {}).sort());
  return sorted(a) === sorted(b);
}
