import { describe, expect, it, vi } from "vitest";
import { BatchError, type BatchEvent, type BatchProgress } from "./index.ts";
import { answering } from "./testing/answering.ts";

const events = (count: number): BatchEvent[] =>
  Array.from({ length: count }, (_, at) => ({ channel: "news", name: "e", data: `${at}` }));

describe("a batch of more than ten events", () => {
  it("goes in parts of ten, in its order, and tells how far it is", async () => {
    const { usher, asked } = answering(() => Response.json({}));
    const heard: BatchProgress[] = [];
    const answer = await usher.triggerBatch(events(25), { onProgress: (progress) => heard.push(progress) });
    expect(await answer.json()).toEqual({});
    expect(asked.map(({ body }) => body.batch.length)).toEqual([10, 10, 5]);
    expect(asked.flatMap(({ body }) => body.batch.map(({ data }: BatchEvent) => data))).toEqual(
      events(25).map(({ data }) => data),
    );
    expect(heard).toEqual([
      { done: 10, total: 25, failed: 0 },
      { done: 20, total: 25, failed: 0 },
      { done: 25, total: 25, failed: 0 },
    ]);
  });

  it("is answered as one, each event at its place", async () => {
    const { usher } = answering((_, count) =>
      Response.json(count === 2 ? {} : { batch: Array(10).fill({ user_count: count }) }),
    );
    const { batch } = (await (await usher.triggerBatch(events(30))).json()) as { batch: object[] };
    expect(batch.length).toBe(30);
    expect([batch[9], batch[10], batch[29]]).toEqual([{ user_count: 1 }, {}, { user_count: 3 }]);
  });

  it("says which parts failed and why, after all others have been sent", async () => {
    const { usher, asked } = answering(({ body }) =>
      body.batch[0].data === "10" ? Response.json({ error: "too large" }, { status: 413 }) : Response.json({}),
    );
    const heard: BatchProgress[] = [];
    const error = await usher
      .triggerBatch(events(25), { onProgress: (one) => heard.push(one) })
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(BatchError);
    expect((error as Error).message).toBe("10 of 25 events were not accepted: Unexpected status code 413: too large");
    expect((error as BatchError).failed).toMatchObject([
      { from: 10, events: events(25).slice(10, 20), error: { status: 413 } },
    ]);
    expect(asked.length).toBe(3);
    expect(heard.at(-1)).toEqual({ done: 25, total: 25, failed: 10 });
  });

  it("counts a part as accepted whose answer is no JSON: sent again, it would be heard twice", async () => {
    const { usher } = answering(() => new Response("ok"));
    expect(await (await usher.triggerBatch(events(25))).json()).toEqual({});
  });

  it("goes on though whoever hears of its progress throws", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => {});
    const { usher, asked } = answering(() => Response.json({}));
    const onProgress = (): never => {
      throw new Error("a bug of the app");
    };
    await usher.triggerBatch(events(25), { onProgress });
    expect([asked.length, logged.mock.calls.length]).toEqual([3, 3]);
    logged.mockRestore();
  });

  it("sends nothing more once it is given up, and says what was not sent", async () => {
    const aborter = new AbortController();
    const { usher, asked } = answering(() => {
      aborter.abort();
      return Response.json({});
    });
    const error = await usher.triggerBatch(events(25), { signal: aborter.signal }).catch((e: unknown) => e);
    expect((error as BatchError).failed.map(({ from }) => from)).toEqual([10, 20]);
    expect((error as BatchError).failed[0]?.error).toMatchObject({ name: "AbortError" });
    expect(asked.length).toBe(1);
  });
});

describe("a batch of up to ten events", () => {
  it.each([0, 1, 10])("%d of them, is one request, whose answer is the server's own", async (count) => {
    const { usher, asked } = answering(() => Response.json({ batch: [], any: "thing" }));
    const heard: BatchProgress[] = [];
    const answer = await usher.triggerBatch(events(count), { onProgress: (one) => heard.push(one) });
    expect(await answer.json()).toEqual({ batch: [], any: "thing" });
    expect(asked.length).toBe(1);
    expect(heard).toEqual([{ done: count, total: count, failed: 0 }]);
  });

  it("that is refused rejects as any request does", async () => {
    const { usher } = answering(() => new Response("", { status: 401 }));
    await expect(usher.triggerBatch(events(3))).rejects.toMatchObject({ name: "PusherRequestError", status: 401 });
  });
});
