import { expect, test } from "vitest";
import { FakeClock } from "../testing/fake-clock.ts";
import { Gatherer } from "./gatherer.ts";

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function gathering() {
  const clock = new FakeClock();
  const sent: number[] = [];
  let waiting = 0;
  let arrive = (): void => {};
  const gatherer = new Gatherer(clock, async () => {
    const count = waiting;
    waiting = 0;
    sent.push(count);
    await new Promise<void>((resolve) => {
      arrive = resolve;
    });
    return count;
  });
  const come = (count: number): void => {
    waiting += count;
    gatherer.begin();
  };
  return { clock, sent, come, arrive: () => arrive() };
}

test("what comes alone is sent at the end of the turn, with whatever else came in it", async () => {
  const { sent, come } = gathering();
  come(1);
  come(1);
  expect(sent).toEqual([]);
  await turn();
  expect(sent).toEqual([2]);
});

test("what comes while something is on its way goes together when that has arrived", async () => {
  const { sent, come, arrive } = gathering();
  come(1);
  await turn();
  come(1);
  await turn();
  come(1);
  await turn();
  expect(sent).toEqual([1]);
  arrive();
  await turn();
  await turn();
  expect(sent).toEqual([1, 2]);
});

test("after many at once the next gather for a while, though no longer than 100 ms", async () => {
  const { sent, come, arrive, clock } = gathering();
  come(1000);
  await turn();
  arrive();
  await turn();
  come(1);
  clock.pass(99);
  expect(sent).toEqual([1000]);
  come(1);
  clock.pass(1);
  expect(sent).toEqual([1000, 2]);
});
