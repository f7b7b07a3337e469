import { expect, test } from "vitest";
import { coreOn } from "../testing/core.ts";
import { createTopics } from "../transport/node/topics.ts";
import { answer } from "./routes.ts";

test.each(["constructor", "toString", "__proto__", "hasOwnProperty"])(
  "%s is no method, though every object has one",
  (method) => {
    const request = { method, path: "/apps/app-id/events", query: "", body: new Uint8Array() };
    expect(answer(coreOn(createTopics()), request)).toMatchObject({ status: 405, headers: { allow: "POST" } });
  },
);
