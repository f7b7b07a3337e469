import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** What it takes to install the app-server library, beside the official package: packages, and the bytes of their files. */

interface Package {
  readonly name: string;
  readonly folder: string;
  readonly needs: readonly string[];
}

const require = createRequire(import.meta.url);

function find(name: string, from: string): Package {
  const places = require.resolve.paths(name)?.map((path) => join(path, name, "package.json")) ?? [];
  const file = [join(from, "node_modules", name, "package.json"), ...places].find((path) => {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  });
  if (!file) throw new Error(`${name} is not installed`);
  const { dependencies = {} } = JSON.parse(readFileSync(file, "utf8")) as { dependencies?: Record<string, string> };
  return { name, folder: realpathSync(dirname(file)), needs: Object.keys(dependencies) };
}

/** A package and all that it needs, by their folders. */
function closure(name: string, from: string, found: Map<string, Package> = new Map()): Map<string, Package> {
  const one = find(name, from);
  if (found.has(one.folder)) return found;
  found.set(one.folder, one);
  for (const need of one.needs) closure(need, one.folder, found);
  return found;
}

/** Of a package of this repository, what would be published; of another, what is there. */
function sizeOf({ name, folder }: Package): number {
  if (name.startsWith("@usher/")) {
    const packed = execFileSync("npm", ["pack", "--dry-run", "--json", "--silent"], { cwd: folder, encoding: "utf8" });
    return (JSON.parse(packed) as [{ unpackedSize: number }])[0].unpackedSize;
  }
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  const own = files.filter((file) => file.isFile() && !file.parentPath.slice(folder.length).includes("node_modules"));
  return own.reduce((sum, { parentPath, name: file }) => sum + statSync(join(parentPath, file)).size, 0);
}

process.stdout.write("| package | packages in all | MB in all |\n| --- | --- | --- |\n");
for (const name of ["@usher/app-server", "pusher"]) {
  const packages = [...closure(name, import.meta.dirname).values()];
  const bytes = packages.reduce((sum, one) => sum + sizeOf(one), 0);
  process.stdout.write(`| ${name} | ${packages.length} | ${(bytes / 1e6).toFixed(1)} |\n`);
}
