import { build } from "esbuild";

/**
 * One file for browsers, made of a module and everything that it imports, as an app's own bundler would make it.
 *
 * @param substitutions words, and what stands in their place
 * @param alias packages, and those that are taken for them
 */
export async function bundle(
  entry: string,
  substitutions: Readonly<Record<string, string>> = {},
  alias: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    jsx: "automatic",
    alias: { ...alias },
    write: false,
  });
  const [file] = outputFiles;
  if (!file) throw new Error(`${entry} gave no bundle`);
  return Object.entries(substitutions).reduce((code, [from, to]) => code.replaceAll(from, to), file.text);
}
