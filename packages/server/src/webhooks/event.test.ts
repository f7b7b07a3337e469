import { expect, test } from "vitest";
import { jsonOf, type WebhookEvent } from "./event.ts";

test.each<[WebhookEvent, string]>([
  [{ channel: "news", name: "channel_occupied" }, '{"name":"channel_occupied","channel":"news"}'],
  [
    { user_id: 'a"b', channel: "presence-x", name: "member_added" },
    '{"name":"member_added","channel":"presence-x","user_id":"a\\"b"}',
  ],
  [
    {
      name: "client_event",
      channel: "private-x",
      event: "client-e",
      data: '{"a":1}',
      socket_id: "1.2",
      user_id: undefined,
    },
    '{"name":"client_event","channel":"private-x","event":"client-e","data":"{\\"a\\":1}","socket_id":"1.2"}',
  ],
  [
    { name: "subscription_count", channel: "news", subscription_count: 2 },
    '{"name":"subscription_count","channel":"news","subscription_count":2}',
  ],
])("an event is told with its name first, then its channel, its id last: %j", (event, json) => {
  expect(jsonOf(event, "7")).toBe(json.replace(/}$/, ',"id":"7"}'));
});
