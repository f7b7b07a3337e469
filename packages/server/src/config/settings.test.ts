import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ConfigError } from "./config.ts";
import { readSettings } from "./settings.ts";

function file(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), "usher-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "usher.json");
  writeFileSync(path, content);
  return path;
}

test("flags come before the environment, which comes before the file", () => {
  const config = file('{"host":"127.0.0.2","port":1,"transport":"node"}');
  const environment = { USHER_CONFIG: config, USHER_PORT: "2", USHER_HOST: "127.0.0.3" };
  expect(readSettings({}, { USHER_CONFIG: config })).toEqual({ host: "127.0.0.2", port: 1, transport: "node" });
  expect(readSettings({}, environment)).toEqual({ host: "127.0.0.3", port: 2, transport: "node" });
  expect(readSettings({ port: "3", transport: "uws" }, environment)).toEqual({
    host: "127.0.0.3",
    port: 3,
    transport: "uws",
  });
});

test("a file that the flags name comes before one that the environment names", () => {
  expect(readSettings({ config: file('{"port":1}') }, { USHER_CONFIG: file('{"port":2}') })).toEqual({ port: 1 });
});

test("one app can be given by the environment, in the place of those of the file", () => {
  const environment = { USHER_APP_ID: "shop", USHER_APP_KEY: "k", USHER_APP_SECRET: "s" };
  const apps = [{ id: "shop", key: "k", secret: "s" }];
  expect(readSettings({}, environment)).toEqual({ apps });
  expect(readSettings({ config: file('{"apps":[]}') }, environment)).toEqual({ apps });
});

test("the redis of a cluster can be given by a flag or the environment, beside what the file says of the cluster", () => {
  const config = file('{"cluster":{"redis":"redis://a","name":"shop"}}');
  expect(readSettings({ config }, {}).cluster).toEqual({ redis: "redis://a", name: "shop" });
  expect(readSettings({ config }, { USHER_REDIS_URL: "redis://b" }).cluster).toEqual({
    redis: "redis://b",
    name: "shop",
  });
  expect(readSettings({ redis: "redis://c" }, { USHER_REDIS_URL: "redis://b" })).toEqual({
    cluster: { redis: "redis://c" },
  });
});

test.each(["USHER_APP_ID", "USHER_APP_KEY", "USHER_APP_SECRET"])(
  "%s cannot be left out beside the other two",
  (missing) => {
    const environment = { USHER_APP_ID: "shop", USHER_APP_KEY: "k", USHER_APP_SECRET: "s", [missing]: undefined };
    expect(() => readSettings({}, environment)).toThrow(`${missing}: is missing`);
  },
);

test("a file may begin with a byte order mark", () => {
  expect(readSettings({ config: file('\ufeff{"port":1}') }, {})).toEqual({ port: 1 });
});

test("workers are a number, or auto", () => {
  expect(readSettings({ workers: "auto" }, { USHER_WORKERS: "2" })).toEqual({ workers: "auto" });
  expect(readSettings({}, { USHER_WORKERS: "2" })).toEqual({ workers: 2 });
  expect(() => readSettings({ workers: "two" }, {})).toThrow("workers: must be auto or a number of them");
});

test.each(["", "six", "-1", "1e3", "123456"])("%j is no port", (port) => {
  expect(() => readSettings({ port }, {})).toThrow("port: must be a number from 0 to 65535");
});

test("a file that is not there, is not JSON, or holds no object is named", () => {
  expect(() => readSettings({ config: "" }, {})).toThrow("config: names no file");
  expect(() => readSettings({ config: "/nowhere/usher.json" }, {})).toThrow(
    "/nowhere/usher.json: there is no such file",
  );
  expect(() => readSettings({ config: tmpdir() }, {})).toThrow(`${tmpdir()}: is a folder, not a file`);
  const broken = file("{port:1}");
  expect(() => readSettings({ config: broken }, {})).toThrow(`${broken}: is not JSON (line 1)`);
  const unquoted = file('{\n  "secret": TOPSECRET\n}');
  expect(() => readSettings({ config: unquoted }, {})).toThrow(new ConfigError(`${unquoted}: is not JSON`));
  const list = file("[]");
  expect(() => readSettings({ config: list }, {})).toThrow(`${list}: must hold one JSON object`);
});
