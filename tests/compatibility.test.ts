import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const docs = fileURLToPath(new URL("../docs/", import.meta.url));

/** The tests that a document names: a link whose text is the title of a test in the file that it leads to. */
function testsNamedIn(document: string): [title: string, file: string][] {
  const text = readFileSync(join(docs, document), "utf8");
  return Array.from(text.matchAll(/\[([^\]]+)\]\(([^)]+\.tsx?)\)/g), ([, title = "", link = ""]) => [
    title.replaceAll("\\", ""),
    join(dirname(join(docs, document)), link),
  ]);
}

/** Whether the file has a test, or a case of a suite, of that very title. */
function has(file: string, title: string): boolean {
  return ['"', "'", "`"].some((quote) => readFileSync(file, "utf8").includes(`${quote}${title}${quote}`));
}

describe.each([
  "compatibility.md",
  "edge-cases.md",
  "cluster.md",
  "migrate-from-pusher-js.md",
  "app-server.md",
  "identity.md",
])("docs/%s", (document) => {
  test.each(testsNamedIn(document))("names the test %j", (title, file) => {
    expect(has(file, title)).toBe(true);
  });
});

test("every feature that hosted Pusher has is there with a test, fallback transports excepted", () => {
  const text = readFileSync(join(docs, "compatibility.md"), "utf8");
  const rows = Array.from(text.matchAll(/^\| (?!feature|-)(.+?) +\| (.+?) +\| (.*?) *\|$/gm), ([, ...cells]) => cells);
  expect(rows.length).toBeGreaterThan(30);
  const without = rows.filter(([, here = "", shown = ""]) => !here.startsWith("yes") || !shown.startsWith("["));
  expect(without.map(([feature]) => feature)).toEqual(["fallback transports for old browsers"]);
});

test("every numbered edge case is there with a test, but those that need several nodes or are a client's", () => {
  const text = readFileSync(join(docs, "edge-cases.md"), "utf8");
  const numbers = Array.from(text.matchAll(/^\| (\d+) +\|.*\]\(\S+\.ts\)/gm), ([, number]) => Number(number));
  const wanted = [...Array.from({ length: 56 }, (_, index) => index + 1), 58];
  expect([...new Set(numbers)].sort((a, b) => a - b)).toEqual(wanted);
});

test("what the code cites of docs/protocol.md is there", () => {
  const headings = readFileSync(join(docs, "protocol.md"), "utf8").matchAll(/^#+ (\d(?:\.\d)?)\.? /gm);
  const sections = new Set(Array.from(headings, ([, section]) => section));
  const cited = ["protocol", "server"].flatMap((name) => {
    const folder = join(docs, "../packages", name, "src");
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    return files.flatMap((file) => {
      const cites = readFileSync(join(folder, file), "utf8").matchAll(/@see docs\/protocol\.md, ([\d. and]*\d)/g);
      return Array.from(cites, ([, numbers = ""]) => numbers.split(" and ")).flat();
    });
  });
  expect(cited.length).toBeGreaterThan(20);
  expect(cited.filter((section) => !sections.has(section))).toEqual([]);
});
