import { setTimeout as pause } from "node:timers/promises";
import { Caller } from "./caller.ts";
import { Running, usher } from "./peer.ts";
import { Publisher } from "./publisher.ts";
import { BenchRedis } from "./redis.ts";

/** What a cluster on Redis costs: how much later another node delivers, what a storm of sign-ins asks of the store, what a message costs, and what happens without Redis. */

const sockets = Number(process.env["BENCH_SOCKETS"] ?? 10_000);
const seconds = Number(process.env["BENCH_SECONDS"] ?? 10);
const outageSeconds = Number(process.env["BENCH_OUTAGE_SECONDS"] ?? 60);

async function nodesOn(redis: BenchRedis, count: number): Promise<Running[]> {
  const nodes: Running[] = [];
  const peer = { ...usher, args: [...usher.args, "--redis", redis.url] };
  for (let at = 0; at < count; at++) nodes.push(await Running.start(peer));
  return nodes;
}

/** One publisher, a subscriber beside it and one on another node, who get the same events. */
async function latency(redis: BenchRedis, perSecond: number): Promise<string> {
  const nodes = (await nodesOn(redis, 2)) as [Running, Running];
  const [here, there] = [await Caller.dial(nodes[0].port), await Caller.dial(nodes[1].port)];
  await Promise.all([here.subscribe("bench"), there.subscribe("bench")]);
  const heard = [new Map<number, number>(), new Map<number, number>()] as const;
  for (const [at, caller] of [here, there].entries())
    caller.hear((data) => heard[at as 0 | 1].set(Number(data), performance.now()));
  const publisher = new Publisher(nodes[0].port, "bench", perSecond, (number) => String(number));
  await pause(seconds * 1000);
  publisher.stop();
  await pause(500);
  const warm = perSecond; // the first second is not counted
  const added = [...heard[1]].flatMap(([number, at]) =>
    number < warm ? [] : [at - (heard[0].get(number) ?? Number.NaN)],
  );
  for (const node of nodes) await node.stop();
  const lost = [...heard[0].keys()].filter((number) => !heard[1].has(number)).length;
  return `cross-node delivery at ${perSecond}/s: ${quantile(added, 0.5)} ms p50, ${quantile(added, 0.99)} ms p99 later than on the node itself (${added.length} events, ${lost} lost); goal 1 and 3`;
}

/** Everyone signs in at once, as after a deploy. */
async function storm(redis: BenchRedis): Promise<string> {
  const [node] = (await nodesOn(redis, 1)) as [Running];
  const callers: Caller[] = [];
  while (callers.length < sockets) {
    callers.push(...(await Promise.all(Array.from({ length: 100 }, () => Caller.dial(node.port)))));
  }
  const before = await redis.reads();
  const began = performance.now();
  await Promise.all(callers.map((caller, at) => caller.signin(`user-${at}`)));
  const took = performance.now() - began;
  const reads = (await redis.reads()) - before;
  for (const caller of callers) caller.hangUp();
  await node.stop();
  const each = sockets / reads;
  return `${sockets} sign-ins in ${(took / 1000).toFixed(1)} s: the store was asked ${reads} times, once for ${each.toFixed(0)}; goal 100`;
}

/** Each node has its own channel, subscriber and publisher: what does a message of its own cost it, however many others there are? */
async function cost(redis: BenchRedis, count: number, perSecond: number): Promise<string> {
  const nodes = await nodesOn(redis, count);
  const callers = await Promise.all(nodes.map(({ port }) => Caller.dial(port)));
  await Promise.all(callers.map((caller, at) => caller.subscribe(`bench-${at}`)));
  const publishers = nodes.map(({ port }, at) => new Publisher(port, `bench-${at}`, perSecond, () => "x".repeat(100)));
  await pause(4000); // until the code is warm
  const [first, own] = [nodes[0], publishers[0]] as [Running, Publisher];
  const before = { cpu: first.cpu(), sent: own.sent };
  await pause(seconds * 1000);
  const each = (first.cpu() - before.cpu) / (own.sent - before.sent);
  for (const publisher of publishers) publisher.stop();
  for (const caller of callers) caller.hangUp();
  for (const node of nodes) await node.stop();
  return `| ${count} | ${perSecond * count} | ${each.toFixed(0)} |`;
}

/** Redis is gone for a minute, while somebody publishes: what piles up, and how soon is everything as it was? */
async function outage(redis: BenchRedis, perSecond: number): Promise<string> {
  const [here, there] = (await nodesOn(redis, 2)) as [Running, Running];
  const [near, far] = [await Caller.dial(here.port), await Caller.dial(there.port)];
  await Promise.all([near.subscribe("bench"), far.subscribe("bench")]);
  const heard = { near: 0, far: 0 };
  near.hear(() => heard.near++);
  far.hear(() => heard.far++);
  const publisher = new Publisher(here.port, "bench", perSecond, () => "x".repeat(100), ["200", "503"]);
  await pause(5000);
  const before = { ...heard, memory: here.memory() };
  await redis.stop();
  await pause(outageSeconds * 1000);
  const after = { near: heard.near - before.near, memory: here.memory() };
  await redis.start();
  const back = performance.now();
  while (!((await isReady(here)) && (await isReady(there)))) await pause(20);
  const took = ((performance.now() - back) / 1000).toFixed(1);
  const farBefore = heard.far;
  await pause(1000);
  const farAfter = heard.far - farBefore;
  publisher.stop();
  for (const node of [here, there]) await node.stop();
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);
  return [
    `Redis gone for ${outageSeconds} s at ${perSecond} publishes/s: ${publisher.answers.get("503") ?? 0} answered with 503,`,
    `${after.near} heard beside the publisher, memory ${megabytes(before.memory)} MB before and ${megabytes(after.memory)} MB at the end;`,
    `ready ${took} s after its return, and ${farAfter} heard on the other node in the next second`,
  ].join(" ");
}

async function isReady({ port }: Running): Promise<boolean> {
  return (await fetch(`http://127.0.0.1:${port}/ready`)).ok;
}

function quantile(values: readonly number[], share: number): string {
  return (values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN).toFixed(2);
}

const redis = await BenchRedis.start();
try {
  process.stdout.write(`${await latency(redis, 1000)}\n`);
  process.stdout.write(`${await storm(redis)}\n`);
  process.stdout.write(
    "| nodes | messages/s in the cluster | µs CPU of a node for a message of its own |\n| --- | --- | --- |\n",
  );
  for (const count of [1, 2, 4]) process.stdout.write(`${await cost(redis, count, 500)}\n`);
  process.stdout.write(`${await outage(redis, 200)}\n`);
} finally {
  await redis.stop();
}
process.exit();
