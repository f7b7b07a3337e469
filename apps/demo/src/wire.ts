/** What the backend and the page tell each other: JSON over HTTP, and the data of the events. Times are ISO 8601. */

/** A person as everybody sees one; the `user_info` of presence and sign-in. */
export interface Person {
  readonly id: string;
  readonly name: string;
  /** Where on the colour wheel the person's avatar is, in degrees. */
  readonly hue: number;
}

/** A place where somebody is logged in. */
export interface Device {
  readonly id: string;
  /** Such as "Chrome on Linux". */
  readonly name: string;
  readonly since: string;
}

/** The event `message`: to every device of both people. */
export interface Message {
  readonly id: string;
  readonly from: Person;
  readonly to: Person;
  readonly text: string;
  readonly at: string;
}

/** The event `ended`, right before somebody's connections are: so that the page can say who it was. */
export interface Ended {
  readonly by: Person;
}

/** How to reach the channels server. */
export interface Config {
  readonly key: string;
  readonly port: number;
}

/** Who the page is. */
export interface Me {
  readonly person: Person;
  /** The id of this device. */
  readonly device: string;
}
