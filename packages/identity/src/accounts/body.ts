import { APIError } from "../api-error.ts";

/** More than anybody needs to sign in. */
const longest = 10_240;

/**
 * The JSON object of a request. JSON alone: a form could be sent by any page, with the cookies of its visitor.
 *
 * @throws APIError `invalid_argument`
 */
export async function readBody(request: Request): Promise<Readonly<Record<string, unknown>>> {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") throw new APIError("invalid_argument", "Send the body as application/json");
  const value = parse(await readText(request));
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new APIError("invalid_argument", "The body is not a JSON object");
}

async function readText(request: Request): Promise<string> {
  const reader = request.body?.getReader();
  const decoder = new TextDecoder();
  let [text, size] = ["", 0];
  for (let read = await reader?.read(); read?.value; read = await reader?.read()) {
    size += read.value.byteLength;
    if (size > longest) {
      await reader?.cancel();
      throw new APIError("invalid_argument", `The body is larger than ${longest} bytes`);
    }
    text += decoder.decode(read.value, { stream: true });
  }
  return text + decoder.decode();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
