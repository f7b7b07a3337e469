import { Ledger } from "./ledger.ts";
import { cutLines } from "./lines.ts";
import { Model } from "./model.ts";
import { graceSeconds, leaseSeconds, type Nodes } from "./nodes.ts";
import { channels, type Failure, type Group } from "./sequence.ts";
import { clientDiffers, nodeDiffers, watcherDiffers } from "./settled.ts";
import { AppServer } from "./signed.ts";
import { Stage } from "./stage.ts";
import { believed, differs } from "./told.ts";
import { seconds, until } from "./until.ts";
import { judge } from "./verdict.ts";
import { type Trouble, Wave } from "./wave.ts";

/** So soon all know what happened where nothing fails: it takes a tenth of it. */
const calmSeconds = 2;

/** Does on the nodes what the groups say. @returns what was wrong, in sentences; nothing if all was right */
export async function run(nodes: Nodes, groups: readonly Group[]): Promise<string[]> {
  const name = nodes.takeApp();
  const stage = new Stage(nodes, new AppServer(name), new Model(), new Ledger());
  try {
    for (const [at, group] of groups.entries()) {
      await perform(stage, group);
      if (stage.faults.length > 0) return told(stage, `in group ${at}`);
    }
    await end(stage, name);
    return told(stage, "at the end");
  } finally {
    for (const client of stage.everybody) client.hangUp(true);
    await Promise.all(stage.everybody.map((client) => client.closed));
  }
}

/** What was wrong, and the last that those have heard who are named in it. */
function told({ faults, everybody }: Stage, when: string): string[] {
  const named = everybody.filter(({ name }) => faults.some((fault) => fault.includes(name)));
  const heard = named
    .slice(0, 4)
    .flatMap(({ name, tail }) => [`${name} heard last`, ...tail.slice(-8).map((line) => `  ${line}`)]);
  return [...faults.map((fault) => `${when}: ${fault}`), ...heard];
}

async function perform(stage: Stage, { failure, actions, afterwards }: Group): Promise<void> {
  if (failure && "node" in failure) await seconds(0.6); // what was told before is not told in the middle of a death
  const trouble = failure && troubleOf(failure);
  const there = membersOf(stage.model);
  for (const client of stage.everybody) client.views.goings.clear();
  if (failure?.fails === "store lost") await stage.nodes.store.kill(); // before: what it heard in its last moment is lost with it
  const cut = failure?.fails === "lines cut" ? cutLines(stage.nodes.store.port) : undefined;
  if (cut) await seconds(0.05); // before: what is said from now on is lost, or not heard
  const wave = new Wave(stage, actions, trouble);
  if (failure && !cut) await strike(stage, failure);
  await cut;
  await conclude(wave);
  if (!failure) return settle(stage, calmSeconds);
  const next = new Wave(stage, afterwards, { store: trouble?.store ?? false });
  await conclude(next);
  await settle(stage, leaseSeconds + 6);
  await seconds(leaseSeconds + 0.5); // what a failure leaves behind goes on for a lease
  await settle(stage, 3);
  if (!trouble?.store) return;
  const still = membersOf(stage.model);
  const moved = new Set([wave, next].flatMap(({ moved }) => [...moved.values()].flatMap((channels) => [...channels])));
  for (const { name, views } of stage.everybody)
    for (const member of views.goings)
      if (there.has(member) && still.has(member) && !moved.has(member.split(" ")[0] ?? ""))
        stage.fault(`${name} heard that ${member} has left, who was there all the time`);
}

/** Every member of every presence channel, as "presence-room ann". */
function membersOf(model: Model): Set<string> {
  return new Set(model.channels().flatMap((channel) => model.members(channel).map((user) => `${channel} ${user}`)));
}

async function conclude(wave: Wave): Promise<void> {
  try {
    await wave.answered();
  } catch (error) {
    wave.stage.fault((error as Error).message);
  }
  judge(wave);
}

function troubleOf(failure: Failure): Trouble {
  if (failure.fails === "kill") return { node: failure.node, dies: true };
  return failure.fails === "pause" ? { node: failure.node } : { store: true };
}

/** The failure begins while the wave is on its way, and is over when this resolves. */
async function strike({ nodes, deaths }: Stage, failure: Failure): Promise<void> {
  await seconds(0.004);
  if ("node" in failure) deaths.push(Date.now());
  switch (failure.fails) {
    case "kill": {
      await nodes.each[failure.node]?.kill();
      if (failure.late) await seconds(leaseSeconds + 1);
      return nodes.each[failure.node]?.start();
    }
    case "pause":
      nodes.each[failure.node]?.pause();
      await seconds(leaseSeconds + 1);
      return nodes.each[failure.node]?.resume();
    case "store lost":
      await seconds(0.7);
      return nodes.store.start();
    case "store silent":
      nodes.store.pause();
      await seconds(2.6); // longer than anybody waits for an answer
      return nodes.store.resume();
    case "lines cut":
      return; // it has begun before
    default:
      return failure satisfies never;
  }
}

/** Waits until every node and every client says what the model says. */
async function settle(stage: Stage, deadline: number): Promise<void> {
  const { nodes, app, model, everybody, ledger } = stage;
  try {
    await until(deadline, async () => {
      for (const client of everybody) {
        const fault = clientDiffers(client, model);
        if (fault) return fault;
      }
      for (const [at, { port }] of nodes.each.entries()) {
        const fault = await nodeDiffers(port, app, model, channels).catch((error) => `${error} ${error.cause ?? ""}`);
        if (fault) return `node ${at}: ${fault}`;
      }
      return ledger.lacking();
    });
  } catch (error) {
    stage.fault((error as Error).message);
  }
}

/** When the grace is over, backends and watchers know what is, and have heard nothing else. */
async function end(stage: Stage, app: string): Promise<void> {
  const { nodes, model, everybody, ledger } = stage;
  await seconds(graceSeconds + 0.7);
  const beliefs = () => believed(nodes.backend.told(app), stage.deaths);
  try {
    await until(leaseSeconds + 3, () => {
      const watchers = everybody.map((client) => watcherDiffers(client, model));
      return watchers.find((fault) => fault !== undefined) ?? differs(beliefs().keys, model);
    });
  } catch (error) {
    stage.fault((error as Error).message);
  }
  for (const fault of [...beliefs().faults, ...ledger.excess(everybody)]) stage.fault(fault);
  await settle(stage, 2);
}
