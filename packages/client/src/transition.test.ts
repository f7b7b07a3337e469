import { describe, expect, it } from "vitest";
import { type ConnectionState, type Effect, type Input, type Link, transition } from "./transition.ts";

const states: ConnectionState[] = ["initialized", "connecting", "connected", "unavailable", "disconnected", "failed"];

function link(state: ConnectionState, failures = 0, tlsOnly = false): Link {
  return { state, failures, tlsOnly };
}

/** One sentence for a step: what it becomes, how many failures it counts, and what is done. */
function step(from: Link, input: Input): string {
  const { next, effects } = transition(from, input);
  const change = next === from ? "stays" : `${next.state} ${next.failures}${next.tlsOnly ? " tls" : ""}`;
  return [change, ...effects].join(", ");
}

describe("the app", () => {
  it.each<[ConnectionState, string]>([
    ["initialized", "connecting 0, limitConnecting, open"],
    ["connecting", "stays"],
    ["connected", "stays"],
    ["unavailable", "connecting 0, limitConnecting, open"],
    ["disconnected", "connecting 0, limitConnecting, open"],
    ["failed", "connecting 0, limitConnecting, open"],
  ])("calls connect() while %s: %s", (state, expected) => {
    expect(step(link(state), "connect")).toBe(expected);
  });

  it.each(states)("calls disconnect() while %s", (state) => {
    expect(step(link(state, 3), "disconnect")).toBe(state === "disconnected" ? "stays" : "disconnected 0, release");
  });
});

describe("an attempt", () => {
  it("succeeds, and the failures before it are forgotten", () => {
    expect(step(link("connecting", 4), "established")).toBe("connected 0, keepAlive");
    expect(step(link("unavailable", 4), "established")).toBe("connected 0, keepAlive");
  });

  it("goes on when the state becomes unavailable", () => {
    expect(step(link("connecting", 2), "overdue")).toBe("unavailable 2");
    expect(step(link("unavailable", 2), "overdue")).toBe("stays");
    expect(step(link("connected"), "overdue")).toBe("stays");
  });

  it("is made again when the wait is over", () => {
    expect(step(link("unavailable", 2), "waited")).toBe("stays, open");
  });

  it("is impossible in this runtime", () => {
    expect(step(link("connecting"), "unusable")).toBe("failed 0, release");
  });

  it.each<[Link, Input, string]>([
    [link("connecting", 0), { lost: undefined }, "connecting 1, wait"],
    [link("connecting", 1), { lost: "backoff" }, "connecting 2, wait"],
    [link("unavailable", 5), { lost: undefined }, "unavailable 6, wait"],
    [link("connecting", 0), { lost: "retry" }, "connecting 1, open"],
    [link("connecting", 1), { lost: "retry" }, "connecting 2, wait"],
    [link("connecting", 0), { lost: "tls_only" }, "connecting 1 tls, open"],
    [link("connecting", 1, true), { lost: "tls_only" }, "connecting 2 tls, wait"],
    [link("unavailable", 3), { lost: "refused" }, "disconnected 0, release"],
  ])("%o is lost with %o: %s", (from, input, expected) => {
    expect(step(from, input)).toBe(expected);
  });
});

describe("an established connection is lost", () => {
  it.each<[Input, string]>([
    [{ lost: undefined }, "connecting 0, limitConnecting, wait"],
    [{ lost: "backoff" }, "connecting 0, limitConnecting, wait"],
    [{ lost: "retry" }, "connecting 0, limitConnecting, open"],
    [{ lost: "tls_only" }, "connecting 0 tls, limitConnecting, open"],
    [{ lost: "refused" }, "disconnected 0, release"],
  ])("%o: %s", (input, expected) => {
    expect(step(link("connected"), input)).toBe(expected);
  });

  it("keeps to TLS for good once the server has asked for it", () => {
    expect(step(link("connected", 0, true), { lost: undefined })).toBe("connecting 0 tls, limitConnecting, wait");
    expect(step(link("disconnected", 0, true), "connect")).toBe("connecting 0 tls, limitConnecting, open");
  });

  it.each<ConnectionState>(["initialized", "disconnected", "failed"])("means nothing while %s", (state) => {
    expect(step(link(state), { lost: "retry" })).toBe("stays");
  });
});

describe("a device", () => {
  it.each<[ConnectionState, string]>([
    ["initialized", "stays"],
    ["connecting", "connecting 0, limitConnecting, open"],
    ["connected", "stays, probe"],
    ["unavailable", "connecting 0, limitConnecting, open"],
    ["disconnected", "stays"],
    ["failed", "stays"],
  ])("while %s has another network, or wakes: %s", (state, expected) => {
    expect(step(link(state, 3), "stirred")).toBe(expected);
  });
});

it("never opens a socket in a state in which there must be none", () => {
  const inputs: Input[] = ["connect", "disconnect", "established", "overdue", "stirred", "unusable"];
  const opening: readonly Effect[] = ["open", "wait"];
  for (const input of [...inputs, { lost: undefined }, { lost: "retry" }, { lost: "refused" }] satisfies Input[]) {
    for (const state of states) {
      const { next, effects } = transition(link(state), input);
      if (effects.some((effect) => opening.includes(effect)))
        expect(["connecting", "unavailable"]).toContain(next.state);
    }
  }
});
