import { z } from "zod";
import { type Webhook, webhookEvents } from "../apps/app.ts";
import { flag, section, string } from "./schema.ts";

/** What Usher says of itself with every webhook; an endpoint's own headers may not contradict it. */
const ownHeaders =
  /^(content-type|content-length|host|connection|keep-alive|transfer-encoding|te|trailer|upgrade|expect|x-pusher-.*)$/i;

const url = string.refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), {
  message: "must be a URL such as https://example.com/hooks",
});

const headerValue = string.regex(/^[\t\x20-\x7e\x80-\xff]*$/, "must be a value that a header may have");
const headers = z.record(z.string(), headerValue, "must be an object of headers").superRefine((given, context) => {
  const seen = new Set<string>();
  for (const name of Object.keys(given)) {
    const fault = faultOf(name, seen);
    if (fault) context.addIssue({ code: "custom", path: [name], message: fault });
    seen.add(name.toLowerCase());
  }
});

function faultOf(name: string, seen: ReadonlySet<string>): string | undefined {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) return "is not the name of a header";
  if (ownHeaders.test(name)) return "is a header that Usher sets itself, and cannot be given";
  return seen.has(name.toLowerCase()) ? "is given twice" : undefined;
}

/** A webhook before it is known which events are all. */
type WebhookSettings = Omit<Webhook, "events"> & { readonly events?: Webhook["events"] | undefined };

/** One endpoint of the app's backend that wants to hear of events; of all of them, if it names none. */
export const webhookSchema: z.ZodType<WebhookSettings> = section({
  url,
  events: z
    .array(z.enum(webhookEvents, `must be one of ${webhookEvents.join(", ")}`), "must be a list of events")
    .min(1, "must name an event, or be left out for all of them")
    .optional(),
  prefix: string.default(""),
  suffix: string.default(""),
  headers: headers.default({}),
  batch: flag.default(false),
});
