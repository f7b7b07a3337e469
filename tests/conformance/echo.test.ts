import { channels } from "./cases/echo-channels.ts";
import { encryption } from "./cases/echo-encryption.ts";
import { people } from "./cases/echo-people.ts";
import { casesOf } from "./cast.ts";
import { officialClient } from "./parties.ts";
import { perform } from "./perform.ts";

const cases = [...casesOf(channels), ...casesOf(people), ...casesOf(encryption, "encryption")];

perform(cases, [{ ...officialClient, title: `laravel-echo 2.5 over ${officialClient.title}` }], 6);
