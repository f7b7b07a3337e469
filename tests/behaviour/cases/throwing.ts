import { expect, onTestFinished, vi } from "vitest";
import { connected, type Plays, type Stage } from "../stage.ts";

export const throwing: Plays = {
  async "a listener that throws keeps those after it from being called, and its error is uncaught"(stage) {
    const { heard, errors } = await throwsAtAnEvent(stage);
    expect(heard).toEqual(["first"]);
    expect(errors).toEqual([new Error("thrown by a listener")]);
  },

  async "what a listener throws while disconnect() runs is thrown by disconnect()"(stage) {
    expect(await throwsAtDisconnect(stage)).toEqual({
      heard: ["first"],
      thrown: new Error("thrown by a listener"),
      errors: [],
    });
  },
};

/** What is heard of an event whose second listener throws, and what is uncaught then. */
export async function throwsAtAnEvent(stage: Stage): Promise<{ heard: string[]; errors: unknown[] }> {
  const [client, line] = await connected(stage);
  const errors = uncaught();
  const heard: string[] = [];
  client.bind("e", () => heard.push("first"));
  client.bind("e", fail);
  client.bind("e", () => heard.push("last"));
  line.say("e");
  await vi.waitFor(() => expect(errors).not.toEqual([]));
  return { heard, errors };
}

/** The same of an event that the client tells while the app calls it. */
export async function throwsAtDisconnect(
  stage: Stage,
): Promise<{ heard: string[]; thrown?: unknown; errors: unknown[] }> {
  const [client, line] = await connected(stage);
  const errors = uncaught();
  const heard: string[] = [];
  client.connection.bind("disconnected", () => heard.push("first"));
  client.connection.bind("disconnected", fail);
  client.connection.bind("disconnected", () => heard.push("last"));
  let thrown: unknown;
  try {
    client.disconnect();
  } catch (error) {
    thrown = error;
  }
  await line.gone;
  return { heard, thrown, errors };
}

function fail(): never {
  throw new Error("thrown by a listener");
}

/** The errors that nobody catches until the case is over; they are none of the case's own. */
function uncaught(): unknown[] {
  const errors: unknown[] = [];
  const others = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException").on("uncaughtException", (error) => void errors.push(error));
  onTestFinished(() => {
    process.removeAllListeners("uncaughtException");
    for (const other of others) process.on("uncaughtException", other);
  });
  return errors;
}
