import { describe, expect, it, vi } from "vitest";
import { Emitter } from "./emitter.ts";

describe("on", () => {
  it("calls back until it is stopped", () => {
    const emitter = new Emitter();
    const heard = vi.fn();
    const stop = emitter.on("e", heard);
    emitter.emit("e", 1, { user_id: "ann" });
    stop();
    emitter.emit("e", 2);
    expect(heard.mock.calls).toEqual([[1, { user_id: "ann" }]]);
  });

  it("is stopped at once, though its event is being told", () => {
    const emitter = new Emitter();
    const heard = vi.fn();
    emitter.bind("e", () => stop());
    const stop = emitter.on("e", heard);
    emitter.emit("e");
    expect(heard).not.toHaveBeenCalled();
  });

  it("stopped twice stops nothing else", () => {
    const emitter = new Emitter();
    const heard = vi.fn();
    const stops = [emitter.on("e", () => {}), emitter.once("e", () => {})];
    emitter.bind("e", heard);
    for (const stop of [...stops, ...stops]) stop();
    emitter.emit("e");
    expect(heard).toHaveBeenCalledTimes(1);
  });

  it("stops nothing else, though the same callback is bound again", () => {
    const emitter = new Emitter();
    const heard = vi.fn();
    const stop = emitter.on("e", heard);
    emitter.bind("e", heard).on("e", heard);
    stop();
    emitter.emit("e");
    expect(heard).toHaveBeenCalledTimes(2);
  });
});

describe("once", () => {
  it("calls back for the next event only, and may be stopped before", () => {
    const emitter = new Emitter();
    const [heard, never] = [vi.fn(), vi.fn()];
    emitter.once("e", heard);
    emitter.once("e", never)();
    emitter.emit("e", 1).emit("e", 2);
    expect(heard.mock.calls).toEqual([[1]]);
    expect(never).not.toHaveBeenCalled();
  });

  it("calls back once, though its event leads to another of the same name before it has heard of it", () => {
    const emitter = new Emitter();
    const heard = vi.fn();
    emitter.bind("e", (data) => data === 1 && emitter.emit("e", 2));
    emitter.once("e", heard);
    emitter.emit("e", 1);
    expect(heard.mock.calls).toEqual([[2]]);
  });
});

describe("events", () => {
  it("are each told in their order, also those that came while the loop was busy", async () => {
    const emitter = new Emitter();
    const loop = emitter.events("e");
    emitter.emit("e", 1).emit("other", 2).emit("e", 3);
    const heard: unknown[] = [];
    for await (const data of loop) {
      heard.push(data);
      if (data === 3) void Promise.resolve().then(() => emitter.emit("e", 4));
      if (data === 4) break;
    }
    expect(heard).toEqual([1, 3, 4]);
  });

  it("end when the signal is aborted, and are not listened to any more", async () => {
    const emitter = new Emitter();
    const end = new AbortController();
    const unbind = vi.spyOn(emitter, "unbind");
    const loop = emitter.events("e", { signal: end.signal });
    const next = loop.next();
    const heard = vi.fn();
    emitter.bind("e", heard);
    end.abort();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(unbind).toHaveBeenCalled();
    unbind.mockClear();
    emitter.events("e", { signal: AbortSignal.abort() }); // though nobody iterates it
    expect(unbind).toHaveBeenCalledTimes(1);
    emitter.emit("e");
    expect(heard).toHaveBeenCalledTimes(1);
    const none = emitter.events("e", { signal: AbortSignal.abort() });
    expect(await none.next()).toEqual({ done: true, value: undefined });
  });
});
