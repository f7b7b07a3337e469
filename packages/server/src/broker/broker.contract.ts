import { expect, onTestFinished, test } from "vitest";
import type { Broker, EventMessage, Receiver, TerminateMessage, Topic } from "./broker.ts";

const topic: Topic = { app: "a", to: { channel: "news" } };
const event: EventMessage = { kind: "event", app: "a", to: { channel: "news" }, frame: "{}" };
const ending: TerminateMessage = { kind: "terminate", app: "a", userId: "ann" };

/** A node as a test sees it. */
interface Opened {
  readonly broker: Broker;
  /** What it has heard. */
  readonly heard: (EventMessage | TerminateMessage)[];
  /** Resolves when it has heard so many messages. */
  hears(count: number): Promise<(EventMessage | TerminateMessage)[]>;
  /** What it does when it is to end connections; it has one, unless the test says otherwise. */
  terminate: Receiver["terminate"];
}

async function open(broker: Broker): Promise<Opened> {
  onTestFinished(() => broker.close());
  const heard: Opened["heard"] = [];
  let look = (): void => {};
  const hear = (message: EventMessage | TerminateMessage): void => {
    heard.push(message);
    look();
  };
  const opened: Opened = {
    broker,
    heard,
    hears: (count) =>
      new Promise((resolve) => {
        look = () => heard.length >= count && resolve(heard);
        look();
      }),
    terminate: async () => 1,
  };
  await broker.start({
    event: hear,
    terminate(message) {
      hear(message);
      return opened.terminate(message);
    },
    outdated() {},
  });
  return opened;
}

/** What every broker must do, seen from one node. Run by the test of each. */
export function brokerContract(create: () => Promise<Broker>): void {
  test("never delivers to the node that publishes", async () => {
    const { broker, heard } = await open(await create());
    await broker.follow(topic);
    await broker.publish(event);
    await broker.ask([], ending, 1000);
    await broker.unfollow(topic);
    expect(heard).toEqual([]);
  });

  test("has no answers where it asks nobody", async () => {
    const { broker } = await open(await create());
    expect(await broker.ask([], ending, 1000)).toEqual([]);
  });
}

/** What every broker of more than one node must do. @param create two nodes of one cluster */
export function sharedBrokerContract(create: () => Promise<readonly [Broker, Broker]>): void {
  async function both(): Promise<[Opened, Opened]> {
    const [first, second] = await create();
    return [await open(first), await open(second)];
  }

  test("brings an event to a node that follows its topic, exactly as it was published", async () => {
    const [one, two] = await both();
    const [channel, user] = [topic, { app: "a", to: { user: "a b|ünï\u2028☃" } }];
    await two.broker.follow(channel);
    await two.broker.follow(user);
    const first: EventMessage = { ...event, frame: '{"a":"\\n\u2028 ☃\n"}', except: "12.34", keptSeconds: 60 };
    const second: EventMessage = { ...event, to: user.to, frame: "2", except: undefined, keptSeconds: undefined };
    await one.broker.publish(first);
    await one.broker.publish(second);
    expect((await two.hears(2)).sort((x, y) => ("frame" in x && "frame" in y && x.frame < y.frame ? 1 : -1))).toEqual([
      first,
      second,
    ]);
  });

  test("brings nothing of a topic that is not followed, not yet, of another app, or not any more", async () => {
    const [one, two] = await both();
    await one.broker.publish(event);
    await two.broker.follow(topic);
    await one.broker.publish({ ...event, app: "b" });
    await one.broker.publish({ ...event, to: { user: "news" } });
    await one.broker.publish({ ...event, frame: "heard" });
    await two.hears(1);
    await two.broker.unfollow(topic);
    await one.broker.publish(event);
    await one.broker.ask([], ending, 1000);
    expect((await two.hears(2)).map((message) => ("frame" in message ? message.frame : message.kind))).toEqual([
      "heard",
      "terminate",
    ]);
  });

  test("brings them again to a node that comes back to a topic", async () => {
    const [one, two] = await both();
    await two.broker.follow(topic);
    await two.broker.unfollow(topic);
    await two.broker.follow(topic);
    await one.broker.publish(event);
    expect(await two.hears(1)).toHaveLength(1);
  });

  test("keeps the order of what one node publishes to a topic", async () => {
    const [one, two] = await both();
    await two.broker.follow(topic);
    const frames = Array.from({ length: 1000 }, (_, at) => `${at}`);
    await Promise.all(frames.map((frame) => one.broker.publish({ ...event, frame })));
    expect((await two.hears(1000)).map((message) => "frame" in message && message.frame)).toEqual(frames);
  });

  test("tells every node to end a user's connections, and collects what the named ones answer", async () => {
    const [one, two] = await both();
    two.terminate = async () => 3;
    expect(await one.broker.ask([two.broker.node], ending, 5000)).toEqual([{ node: two.broker.node, connections: 3 }]);
    expect(await one.broker.ask([], ending, 5000)).toEqual([]);
    expect(await two.hears(2)).toEqual([ending, ending]);
    expect(one.heard).toEqual([]);
  });

  test("waits no longer than it was told to for a node that does not answer, and keeps the other answers", async () => {
    const [one, two] = await both();
    const answers = one.broker.ask([two.broker.node, "gone"], ending, 300);
    expect(await answers).toEqual([{ node: two.broker.node, connections: 1 }]);
  });
}
