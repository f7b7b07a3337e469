import { reactive } from "@vue/reactivity";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Emitter } from "./emitter.ts";

afterEach(() => vi.unstubAllGlobals());

describe("binding", () => {
  it("runs global callbacks first, then those of the event in the order of binding", () => {
    const calls: string[] = [];
    new Emitter()
      .bind("news", () => calls.push("first"))
      .bind("news", () => calls.push("second"))
      .bind("other", () => calls.push("other"))
      .bind_global((event, data) => calls.push(`global ${event} ${data}`))
      .emit("news", "x");
    expect(calls).toEqual(["global news x", "first", "second"]);
  });

  it("runs a callback as often as it was bound", () => {
    const callback = vi.fn();
    new Emitter().bind("news", callback).bind("news", callback).emit("news");
    expect(callback).toHaveBeenCalledTimes(2);
  });

  it("gives a callback as many arguments as there is something to say", () => {
    const callback = vi.fn();
    const emitter = new Emitter().bind("news", callback);
    emitter.emit("news").emit("news", 0).emit("news", undefined, {});
    expect(callback.mock.calls).toEqual([[], [0], [undefined, {}]]);
  });

  it("makes the context `this`", () => {
    const context = { name: "context" };
    let self: unknown;
    new Emitter()
      .bind(
        "news",
        function (this: unknown) {
          self = this;
        },
        context,
      )
      .emit("news");
    expect(self).toBe(context);
  });

  it("takes names that objects have of their own", () => {
    const callback = vi.fn();
    new Emitter().bind("__proto__", callback).bind("constructor", callback).emit("__proto__").emit("toString");
    expect(callback).toHaveBeenCalledTimes(1);
  });

  it("works where Vue holds it", () => {
    const callback = vi.fn();
    const data = reactive({ emitter: new Emitter() });
    data.emitter.bind("news", callback).emit("news");
    expect(callback).toHaveBeenCalledTimes(1);
  });
});

describe("unbinding", () => {
  interface Named {
    readonly name: string;
  }
  let heard: string[] = [];
  function a(this: Named, event: string): void {
    heard.push(`${event}a${this.name}`);
  }
  function b(this: Named, event: string): void {
    heard.push(`${event}b${this.name}`);
  }
  const everyone = (): void => void heard.push("*");
  const x: Named = { name: "x" };
  const y: Named = { name: "y" };

  /** Which of the eight bindings, and of the global one, still answer. */
  function left(unbind: (emitter: Emitter) => void): string {
    const emitter = new Emitter().bind_global(everyone);
    for (const event of ["1", "2"]) {
      for (const callback of [a, b]) emitter.bind(event, callback, x).bind(event, callback, y);
    }
    unbind(emitter);
    heard = [];
    emitter.emit("1", "1").emit("2", "2");
    return [...new Set(heard)].join(" ");
  }

  it.each<[string, (emitter: Emitter) => void, string]>([
    ["nothing given: every event, but not the global ones", (e) => e.unbind(), "*"],
    ["an event", (e) => e.unbind("1"), "* 2ax 2ay 2bx 2by"],
    ["an event and a callback", (e) => e.unbind("1", a), "* 1bx 1by 2ax 2ay 2bx 2by"],
    ["a callback", (e) => e.unbind(null, a), "* 1bx 1by 2bx 2by"],
    ["a context", (e) => e.unbind(null, null, x), "* 1ay 1by 2ay 2by"],
    ["an event and a context", (e) => e.unbind("2", null, x), "* 1ax 1ay 1bx 1by 2ay 2by"],
    ["all three", (e) => e.unbind("1", a, x), "* 1ay 1bx 1by 2ax 2ay 2bx 2by"],
    ["unbind_all", (e) => e.unbind_all(), ""],
    ["unbind_global", (e) => e.unbind_global(), "1ax 1ay 1bx 1by 2ax 2ay 2bx 2by"],
    ["a global callback", (e) => e.unbind_global(everyone), "1ax 1ay 1bx 1by 2ax 2ay 2bx 2by"],
    ["an unknown global callback", (e) => e.unbind_global(() => {}), "* 1ax 1ay 1bx 1by 2ax 2ay 2bx 2by"],
    ["an unknown event", (e) => e.unbind("3"), "* 1ax 1ay 1bx 1by 2ax 2ay 2bx 2by"],
  ])("by %s", (_, unbind, expected) => {
    expect(left(unbind)).toBe(expected);
  });

  it("lets a callback that was unbound during the emit run a last time, and one that was bound run too", () => {
    const calls: string[] = [];
    const emitter = new Emitter();
    const last = (): void => void calls.push("last");
    emitter.bind("news", () => {
      if (calls.length === 0) emitter.bind("news", () => calls.push("new"));
      calls.push("first");
      emitter.unbind("news", last);
    });
    emitter.bind("news", last).emit("news");
    expect(calls).toEqual(["first", "last", "new"]);
    emitter.emit("news");
    expect(calls.slice(3)).toEqual(["first", "new"]);
  });
});

describe("a callback that throws", () => {
  const fault = new Error("of the app");
  function tell(): string[] {
    const calls: string[] = [];
    new Emitter()
      .bind_global(() => {
        throw fault;
      })
      .bind("news", () => {
        throw fault;
      })
      .bind("news", () => calls.push("other"))
      .emit("news");
    return calls;
  }

  it("does not stop the others, and is reported", () => {
    const report = vi.fn();
    vi.stubGlobal("reportError", report);
    expect(tell()).toEqual(["other"]);
    expect(report.mock.calls).toEqual([[fault], [fault]]);
  });

  it("is thrown again in a microtask where the runtime has no reportError", () => {
    const tasks: (() => void)[] = [];
    vi.stubGlobal("reportError", undefined);
    vi.stubGlobal("queueMicrotask", (task: () => void) => tasks.push(task));
    expect(tell()).toEqual(["other"]);
    expect(tasks).toHaveLength(2);
    for (const task of tasks) expect(task).toThrow(fault);
  });
});
