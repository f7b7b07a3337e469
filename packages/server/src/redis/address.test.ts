import { expect, test } from "vitest";
import { parseRedisAddress } from "./address.ts";

const nothing = { username: undefined, password: undefined, database: 0, master: undefined };

test.each([
  ["redis://localhost", { kind: "standalone", tls: false, hosts: [{ host: "localhost", port: 6379 }] }],
  [
    "redis://127.0.0.1:7000/3",
    { kind: "standalone", tls: false, hosts: [{ host: "127.0.0.1", port: 7000 }], database: 3 },
  ],
  ["rediss://[::1]:7000/", { kind: "standalone", tls: true, hosts: [{ host: "::1", port: 7000 }] }],
  ["redis://:p%40ss@h", { kind: "standalone", tls: false, hosts: [{ host: "h", port: 6379 }], password: "p@ss" }],
  [
    "redis://u:p@h",
    { kind: "standalone", tls: false, hosts: [{ host: "h", port: 6379 }], username: "u", password: "p" },
  ],
  [
    "redis-cluster://a:7000,b:7001",
    {
      kind: "cluster",
      tls: false,
      hosts: [
        { host: "a", port: 7000 },
        { host: "b", port: 7001 },
      ],
    },
  ],
  ["rediss-cluster://a", { kind: "cluster", tls: true, hosts: [{ host: "a", port: 6379 }] }],
  [
    "redis-sentinel://a,b:5000/mymaster",
    {
      kind: "sentinel",
      tls: false,
      hosts: [
        { host: "a", port: 26_379 },
        { host: "b", port: 5000 },
      ],
      master: "mymaster",
    },
  ],
])("%s", (text, address) => {
  expect(parseRedisAddress(text)).toEqual({ ...nothing, ...address });
});

test.each([
  "",
  "localhost:6379",
  "http://localhost",
  "redis://",
  "redis://a,b",
  "redis://a/x",
  "redis://a:99999",
  "redis://a:b",
  "redis-cluster://a/1",
  "redis-sentinel://a",
  "redis://a?db=1",
  "redis://%ff@a",
  "__proto__://a",
])("%j is the address of no redis", (text) => {
  expect(parseRedisAddress(text)).toBeUndefined();
});
