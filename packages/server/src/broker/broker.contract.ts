import { expect, onTestFinished, test } from "vitest";
import type { Broker, BrokerMessage, Topic } from "./broker.ts";

const topic: Topic = { app: "a", to: { channel: "news" } };
const event: BrokerMessage = { kind: "event", app: "a", to: { channel: "news" }, frame: "{}" };

/** What every broker must do, seen from one node. Run by the test of each. */
export function brokerContract(create: (node: string) => Promise<Broker>): void {
  test("never delivers to the node that publishes", async () => {
    const broker = await create("node-1");
    onTestFinished(() => broker.close());
    const heard: BrokerMessage[] = [];
    await broker.start((message) => heard.push(message));
    await broker.follow(topic);
    await broker.publish(event);
    await broker.unfollow(topic);
    expect(heard).toEqual([]);
  });

  test("has no answers where it asks nobody", async () => {
    const broker = await create("node-1");
    onTestFinished(() => broker.close());
    expect(await broker.ask([], { kind: "terminate", app: "a", userId: "ann" }, 1000)).toEqual([]);
  });

  test("knows the name of its own node", async () => {
    const broker = await create("node-1");
    onTestFinished(() => broker.close());
    expect(broker.node).toBe("node-1");
  });
}
