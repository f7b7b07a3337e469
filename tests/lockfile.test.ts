import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

interface Locked {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

test("the lock file names the packages of every platform, so that npm ci accepts it everywhere: npm run lock", () => {
  const text = readFileSync(new URL("../package-lock.json", import.meta.url), "utf8");
  const { packages } = JSON.parse(text) as { packages: Readonly<Record<string, Locked>> };
  const missing = Object.values(packages).flatMap(({ optionalDependencies = {} }) =>
    Object.keys(optionalDependencies).filter((name) => !(`node_modules/${name}` in packages)),
  );
  expect(missing).toEqual([]);
});

test("the lock file names no address of a registry", () => {
  expect(readFileSync(new URL("../package-lock.json", import.meta.url), "utf8")).not.toMatch(/"resolved": "https?:/);
});
