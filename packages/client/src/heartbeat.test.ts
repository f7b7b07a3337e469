import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Heartbeat } from "./heartbeat.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function beat(): { heartbeat: Heartbeat; ping: () => void; lost: () => void } {
  const ping = vi.fn();
  const lost = vi.fn();
  return { heartbeat: new Heartbeat({ activityTimeout: 100, pongTimeout: 30, ping, lost }), ping, lost };
}

it("pings after silence, and counts the connection as lost after more of it", () => {
  const { ping, lost } = beat();
  vi.advanceTimersByTime(99);
  expect(ping).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(ping).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(29);
  expect(lost).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(lost).toHaveBeenCalledTimes(1);
  expect(vi.getTimerCount()).toBe(0);
});

it("starts anew with every frame, before the ping and after it", () => {
  const { heartbeat, ping, lost } = beat();
  vi.advanceTimersByTime(99);
  heartbeat.heard();
  vi.advanceTimersByTime(99);
  expect(ping).not.toHaveBeenCalled();
  vi.advanceTimersByTime(30);
  expect(ping).toHaveBeenCalledTimes(1);
  heartbeat.heard();
  vi.advanceTimersByTime(99);
  expect(lost).not.toHaveBeenCalled();
  expect(ping).toHaveBeenCalledTimes(1);
});

it("pings at once when it is told to", () => {
  const { heartbeat, ping, lost } = beat();
  heartbeat.check();
  expect(ping).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(30);
  expect(lost).toHaveBeenCalledTimes(1);
});

it("leaves no timer behind", () => {
  const { heartbeat } = beat();
  heartbeat.check();
  heartbeat.stop();
  expect(vi.getTimerCount()).toBe(0);
});
