import { build } from "esbuild";

/** One file for browsers, made of a module and everything that it imports, as an app's own bundler would make it. */
export async function bundle(entry: string, substitutions: Readonly<Record<string, string>> = {}): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    jsx: "automatic",
    write: false,
  });
  const [file] = outputFiles;
  if (!file) throw new Error(`${entry} gave no bundle`);
  return Object.entries(substitutions).reduce((code, [from, to]) => code.replaceAll(from, to), file.text);
}
