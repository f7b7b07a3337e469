import { z } from "zod";
import { type Webhook, webhookEvents } from "../apps/app.ts";
import { flag, section, string } from "./schema.ts";

/** What Usher says of itself with every webhook; an endpoint's own headers may not contradict it. */
const ownHeaders =
  /^(content-type|content-length|host|connection|keep-alive|transfer-encoding|te|trailer|upgrade|expect|x-pusher-.*)$/i;

const url = string.refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), {
  message: "must be a URL that begins with http:// or https://",
});

const headerName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, "is not the name of a header")
  .refine((name) => !ownHeaders.test(name), { message: "is a header that Usher sets itself" });
const headerValue = string.regex(/^[\t\x20-\x7e\x80-\xff]*$/, "must be a value that a header may have");

/** One endpoint of the app's backend that wants to hear of events. */
export const webhookSchema: z.ZodType<Webhook> = section({
  url,
  events: z
    .array(z.enum(webhookEvents, `must be one of ${webhookEvents.join(", ")}`), "must be a list of events")
    .default([...webhookEvents]),
  prefix: string.default(""),
  suffix: string.default(""),
  headers: z.record(headerName, headerValue, "must be an object of headers").default({}),
  batch: flag.default(false),
});
