import { Refusal } from "./refusal.ts";

/** What the body is said to be, whatever is said of its characters. */
export function mediaType(request: Request): string | undefined {
  return request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
}

/**
 * Reads the body, and no more of it than a body may have, whatever `content-length` says.
 *
 * @throws Refusal if it is larger or ends early; Error if somebody has read it already
 */
export async function readText(request: Request, maxBytes: number): Promise<string> {
  if (request.bodyUsed) throw new Error("The body has been read already: pass the request on before anything reads it");
  const reader = request.body?.getReader();
  const next = () => reader?.read().catch(endedEarly);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let text = "";
  let size = 0;
  for (let read = await next(); read?.value; read = await next()) {
    size += read.value.byteLength;
    if (size > maxBytes) {
      await reader?.cancel();
      throw new Refusal(413, `The body is larger than ${maxBytes} bytes`);
    }
    text += decoder.decode(read.value, { stream: true });
  }
  return text + decoder.decode();
}

function endedEarly(): never {
  throw new Refusal(400, "The body ended early");
}
